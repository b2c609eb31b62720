"""`make openapi`: write each application's interface to docs/api/, where integrators and reviews read it."""

import importlib
import json
from pathlib import Path

FOLDER = Path("docs/api")


def main() -> None:
    # The tests' own way of making the three applications, so that what is written is what they compare.
    source = importlib.import_module("tests.architecture.source")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for service in source.SERVICES:
        text = json.dumps(source.app(service).openapi(), indent=1, ensure_ascii=False, sort_keys=True)
        (FOLDER / f"{service}.json").write_text(text + "\n", encoding="utf-8")
        print(FOLDER / f"{service}.json")


if __name__ == "__main__":
    main()
