"""The way from somebody's httpx client to an application of this process, without a socket."""

import httpx
from starlette.testclient import TestClient


class ToApp(httpx.BaseTransport):
    """Carries a request to the application behind a test client, as it stands."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        answer = self._client.request(request.method, path, content=request.read(), headers=dict(request.headers))
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)
