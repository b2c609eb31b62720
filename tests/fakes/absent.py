"""A sibling that is not there: what a service meets when a test has started no other."""

import httpx


class Absent(httpx.BaseTransport):
    """Refuses as a closed port does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no sibling was started", request=request)


def nobody(_sibling: str) -> Absent:
    """What `create_app` takes as `http` when no sibling is there."""
    return Absent()
