"""`python -m bench`: measures everything, says how far the goals are, and fails where a floor is not reached.

--quick takes a few minutes and one round, the whole some twenty; --report writes the report to a file.
"""

import argparse
import json
import random
import sys
from dataclasses import replace
from pathlib import Path

from bench import plan, report
from bench.contestants import peers, product
from bench.goals import goals


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="What an update costs, beside other ways of writing it.")
    parser.add_argument("--quick", action="store_true", help="one short round, for a first impression")
    parser.add_argument("--rounds", type=int, help="instead of five, or one")
    parser.add_argument("--seed", type=int, default=0, help="of who taps what, and of the order; 0 draws one")
    parser.add_argument("--report", type=Path, help="write the report to this file")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    size = plan.QUICK if args.quick else plan.FULL
    size = replace(size, rounds=args.rounds or size.rounds)
    findings = plan.run(size, args.seed or random.randrange(1, 10**6))
    profile, command = plan.profile(size, findings.seed), " ".join(["python -m bench", *sys.argv[1:]])
    text = report.write(findings, [product(), *peers()], profile, command)
    if args.report:
        args.report.parent.mkdir(parents=True, exist_ok=True)
        args.report.write_text(text)
    (plan.WORK / "runs.json").write_text(json.dumps([[*key, runs] for key, runs in findings.runs.items()]))
    print(f"\n{text}")
    return 1 if findings.void or any(goal.reached(goal.must) is False for goal in goals(findings)) else 0


if __name__ == "__main__":
    sys.exit(main())
