"""`make fixture`: live a morning at the newest schema and keep its data, to be migrated for ever after; with ARGS=FILE the data
of a database that an older checkout lived: `cd CHECKOUT; python -m tests.schemas.life FILE`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.schemas import kept, life


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(sys.argv[1] if sys.argv[1:] else f"{folder}/clinic.db")
        if not sys.argv[1:]:
            asyncio.run(life.lived(str(file)))
        print(f"Wrote {kept.written(file).relative_to(Path.cwd())}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
