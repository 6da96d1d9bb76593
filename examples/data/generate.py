#!/usr/bin/env python3
"""Writes data sets as CSV with a header line: the same bytes for the same set, rows and seed.

    generate.py patients 250 > patients.csv
    generate.py --create patients        its CREATE TABLE

Sets: patients, patients_q (every field quoted), labs, notes (long quoted text), wide (200 short
numbers), tiny (one number).  Only Random.random() is used: it gives the same numbers in every
version of Python.  All people are made up.
"""
import argparse
import datetime
import random
import re
import sys

FIRST = """Anna Ben Clara David Elena Felix Greta Hugo Ines Jonas Karla Liam Mona Noah Olga Paul
Rosa Simon Tara Uwe Vera Walter Yusuf Zoe Amélie Björn Chloé Søren Małgorzata José""".split()
LAST = """Abel Baker Castro Dvorak Ellis Fischer Garcia Hansen Ivanov Jensen Keller Lopez Meyer
Nowak Olsen Petrov Quinn Rossi Schmidt Tanaka Underwood Vogel Wagner Young Zimmermann Müller
Núñez O'Brien Sørensen Weiß""".split()
STATUS = ["Active", "Discharged", "Transferred", "Deceased"]
TESTS = [("2345-7 GLU", "mg/dL", 70, 110), ("2951-2 NA", "mmol/L", 135, 145),
         ("2823-3 K", "mmol/L", 3, 5), ("2160-0 CREA", "mg/dL", 0, 1),
         ("718-7 HGB", "g/dL", 12, 17), ("6690-2 WBC", "10^9/L", 4, 11)]
WORDS = """patient reports mild pain after walking, no fever; blood pressure stable and pulse
regular; continue treatment as before, review in two weeks: café, naïve, 20 µg, "as needed" and
"if tolerated", otherwise unchanged""".split()
DAY0 = datetime.date(1930, 1, 1)


class Dice:
    def __init__(self, seed):
        self.random = random.Random(seed).random

    def below(self, n):
        return int(self.random() * n)

    def pick(self, items):
        return items[self.below(len(items))]


def day(n):
    return (DAY0 + datetime.timedelta(days=n)).isoformat()


def moment(dice, days):
    return "%s %02d:%02d:%02d" % (day(days), dice.below(24), dice.below(60), dice.below(60))


def quoted(value):
    return '"' + value.replace('"', '""') + '"'


def patient(dice, i):
    status = dice.pick(STATUS)
    admitted = 33000 + dice.below(2000)
    left = "" if status == "Active" else day(admitted + dice.below(40))
    return [str(i), dice.pick(FIRST), dice.pick(LAST), day(dice.below(32000)),
            dice.pick("FMX"), status, day(admitted), left]


def lab(dice, i):
    """No number ends in a zero behind its point: some databases would not give it back."""
    code, unit, low, high = dice.pick(TESTS)
    value = low + dice.below(10 * (high - low + 4)) / 10 + (1 + dice.below(9)) / 100
    days = 33000 + dice.below(2000)
    flag = "Low" if value < low else "High" if value > high else "Normal"
    return [str(i), str(1 + dice.below(1000000)), code, "%.2f" % value, unit, str(low),
            str(high), flag, moment(dice, days), moment(dice, days + 1),
            str(10 ** 14 + dice.below(9 * 10 ** 14)),
            "%d.%08d%d" % (dice.below(1000), dice.below(10 ** 8), 1 + dice.below(9))]


def note(dice, i):
    lines = [" ".join(dice.pick(WORDS) for _ in range(20)) for _ in range(19)]
    return [str(i), str(1 + dice.below(1000000)), day(33000 + dice.below(2000)),
            quoted("\n".join(lines))]


def wide(dice, _):
    return [str(dice.below(10 ** (1 + dice.below(7)))) for _ in range(200)]


SETS = {  # columns, row
    "patients": ("""PatientID INT PRIMARY KEY, FirstName VARCHAR(40), LastName VARCHAR(40),
        DateOfBirth DATE, Gender VARCHAR(1), Status VARCHAR(20), AdmissionDate DATE,
        DischargeDate DATE""", patient),
    "labs": ("""LabID INT PRIMARY KEY, PatientID INT, Code VARCHAR(16), Value NUMERIC(12,2),
        Unit VARCHAR(10), Low INT, High INT, Flag VARCHAR(6),
        CollectedAt TIMESTAMP, ResultedAt TIMESTAMP, Device BIGINT, Factor DOUBLE PRECISION""",
             lab),
    "notes": ("NoteID INT PRIMARY KEY, PatientID INT, Written DATE, Note TEXT", note),
    "wide": (", ".join("c%d INT" % n for n in range(1, 201)), wide),
    "tiny": ("n INT", lambda dice, i: [str(i)]),
}


def main():
    args = argparse.ArgumentParser(description="Writes a data set as CSV to standard output.")
    args.add_argument("set", choices=[*SETS, "patients_q"])
    args.add_argument("rows", type=int, nargs="?", default=250)
    args.add_argument("seed", type=int, nargs="?", default=1)
    args.add_argument("--create", action="store_true", help="print its CREATE TABLE instead")
    args = args.parse_args()
    columns, row = SETS[args.set.removesuffix("_q")]
    if args.create:
        print("CREATE TABLE %s (%s)" % (args.set, " ".join(columns.split())))
        return
    names = [column.split()[0] for column in re.split(r",\s+", columns)]
    every = quoted if args.set.endswith("_q") else str
    dice = Dice(args.seed)
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False)
    out.write(",".join(names) + "\n")
    out.writelines(",".join(map(every, row(dice, i))) + "\n" for i in range(1, args.rows + 1))
    out.flush()


if __name__ == "__main__":
    main()
