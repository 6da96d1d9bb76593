"""Makes a case smaller while it shows the same difference (delta debugging)."""
import copy
import re
import time


def without(parts, keep):
    """The fewest of the parts with which keep() still holds."""
    size = max(1, len(parts) // 2)
    while parts:
        at, smaller = 0, False
        while at < len(parts):
            fewer = parts[:at] + parts[at + size:]
            if keep(fewer):
                parts, smaller = fewer, True
            else:
                at += size
        if size == 1 and not smaller:
            break
        size = max(1, size // 2)
    return parts


def tokens(sql):
    return re.findall(r"[eE]?'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\w+|\s+|.", sql, re.DOTALL)


def options(sql):
    """Head, items and tail of a parenthesised list of options at the end."""
    match = re.match(r"(.*\b(?:STDIN|STDOUT)\b[^(]*)\((.*)\)([^)]*)$", sql, re.DOTALL | re.IGNORECASE)
    if not match:
        return None
    items, depth, item = [], 0, ""
    for token in tokens(match[2]):
        depth += (token == "(") - (token == ")")
        if token == "," and depth == 0:
            items, item = items + [item.strip()], ""
        else:
            item += token
    return match[1], items + [item.strip()], match[3]


class Shrinker:
    def __init__(self, case, shows, seconds=20):
        self.case, self.shows = case, shows
        self.end = time.monotonic() + seconds

    def try_steps(self, steps):
        smaller = dict(copy.deepcopy(self.case), steps=steps)
        if time.monotonic() > self.end or steps == self.case["steps"] or not self.shows(smaller):
            return False
        self.case = smaller
        return True

    def shrink(self):
        before = None
        while before != self.case and time.monotonic() < self.end:
            before = copy.deepcopy(self.case)
            without(self.case["steps"], self.try_steps)
            self.join_data()
            for i in range(len(self.case["steps"])):
                self.shrink_step(i)
        return self.case

    def join_data(self):
        """One CopyData in place of several, if that shows it too."""
        steps = []
        for step in self.case["steps"]:
            if step[0] == "d" and steps and steps[-1][0] == "d":
                steps[-1] = ["d", steps[-1][1] + step[1]]
            else:
                steps.append(list(step))
        self.try_steps(steps)

    def replace(self, i, step):
        steps = copy.deepcopy(self.case["steps"])
        steps[i] = step
        return self.try_steps(steps)

    def shrink_step(self, i):
        kind, *args = self.case["steps"][i]
        if kind == "d":
            lines = re.findall(r"[^\n]*\n|[^\n]+", args[0])
            without(lines, lambda l: self.replace(i, ["d", "".join(l)]))
            without(list(self.case["steps"][i][1]), lambda b: self.replace(i, ["d", "".join(b)]))
        elif kind in "QP":
            self.shrink_sql(i, kind, args[:-1], args[-1])

    def shrink_sql(self, i, kind, rest, sql):
        cut = options(sql)
        if cut:
            head, items, tail = cut
            without(items, lambda few: self.replace(
                i, [kind, *rest, head.rstrip() + (f" ({', '.join(few)})" if few else "") + tail]))
            sql = self.case["steps"][i][-1]
        without(tokens(sql), lambda few: self.replace(i, [kind, *rest, "".join(few)]))
