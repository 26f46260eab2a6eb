"""Studios and labs of the host on AWS: darkslide-operator, told where the host is. Try: infrastructure/host --help"""

from __future__ import annotations

import argparse

from . import deploy
from .cloud import Cloud, add_arguments

EPILOG = """\
examples:
  infrastructure/host studio add "Bright Side Photo"    prints the command for the photographer
  infrastructure/host lab add "City Lab"                prints the command for the lab
  infrastructure/host studio list --json
  infrastructure/host --stage test studio suspend "Bright Side Photo"
"""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="infrastructure/host", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_arguments(parser)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="studio|lab …", help="what darkslide-operator is to do")
    args = parser.parse_args(argv)
    if not args.arguments:
        parser.print_help()
        return 2
    cloud = Cloud(args)
    print(deploy.operator(cloud, deploy.variables(cloud.outputs()), args.arguments))
    return 0
