"""`python -m tests.chaos.bot_process FOLDER [DEFECT]`: lives of the bot, one after another, each a process that is killed.

It reads lives from its input, a JSON object a line, and says on its output how each began and ended. It has imported the
product and opened nothing; a life is forked from it, so that a restart takes milliseconds instead of seconds of imports.
"""

import json
import logging
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

PATIENCE = 60  # seconds in which a life that was told to stop must have ended: systemd gives it as many


def main(folder: Path, defect: str | None) -> None:
    if defect:
        from tests.chaos import defects

        defects.plant(defect)
    from tests.chaos import life  # the product with it: not before the defect is in

    logging.basicConfig(filename=folder / "bot.log", level=logging.WARNING, format="%(process)d %(name)s %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the harness decides when this ends
    fork = multiprocessing.get_context("fork")
    setting = life.Setting(**json.loads((folder / "setting.json").read_text()))
    life.warm()
    tell(ready=os.getpid())
    for line in sys.stdin:
        this = life.Life(**json.loads(line))
        process, began = fork.Process(target=life.live, args=(setting, this)), time.monotonic()
        process.start()
        tell(life=this.number, began=process.pid)
        process.join(this.seconds or None)
        if this.gently:
            process.terminate()
            process.join(PATIENCE)
        process.kill()
        process.join()
        tell(life=this.number, ended=process.exitcode, lived=round(time.monotonic() - began, 3))


def tell(**said: object) -> None:
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
