"""Cut the sample of ROR that travels with the tests from a dump of one record per line.

    python tests/make_ror_sample.py DUMP.jsonl.gz

Every kept line stays byte for byte as it is there, since its faults are what it is kept for:

- 000025p04, 03gd1bh37: a ministry's fund of schema 2 and what it came from, a record of schema 1.
- 022kthw22, 00trqv719, 02rcfyf15, 006rjbv46: a family said from both sides, from the parent alone, and of both schemas;
  one with a state code, and two that lead out of the file.
- 05vgg3342, 00ngpkv62, 01xkakk17: withdrawn in two steps. 000bmd763, 04nbqb988, 01gysn705, 03gs7jc26: withdrawn, with
  relations of its own. 0008hf507: its successor is not here. 000pdyj29: it has none.
- 03bqy0f38, 028rfb880: each the parent of the other. 02ek9wp67: its own child. 038mj2660: its own predecessor.
- 0258as409, 02vj1vm13, 00kf3fs20, 0489cd473, 04dg5b632, 00dhpdx54: Chinese names, two or six of them, in Latin letters,
  untagged, shown but no label; and a name in Zhuang (za), which is no Chinese one.
- 00073tb80, 01rxvg760: a 国家重点实验室 with two parents, one of them not here.
- 009tqft73, 0031x3y66, 006qk6d61: one city with two codes of region. 0003e4m70: a record without the field.
- 02741hd16: places in two countries. 001805t51: a name with a blank at its end. 05fnp1145: founded in 970.
- 01k94e681, 006xfsx34, 00fj73d18, 00e8qq940, 029chgv08, 005914142: several types, and none.
"""

import gzip
import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent / "data" / "ror" / "ror-data.jsonl"


def main(dump: Path) -> None:
    """Write the kept lines in their order."""
    kept = set(re.findall(r"\b0[a-z0-9]{6}[0-9]{2}\b", __doc__ or ""))
    with gzip.open(dump, "rb") as lines:
        found = [line for line in lines if json.loads(line)["id"].rpartition("/")[2] in kept]
    TARGET.write_bytes(b"".join(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
