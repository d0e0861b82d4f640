"""The matrix as Markdown."""
from expected import DIFFERENT, ROWS

WIDTH = 6  # brokers in one table


def show(columns):
    keys = list(columns)
    for begin in range(0, len(keys), WIDTH):
        show_table({key: columns[key] for key in keys[begin:begin + WIDTH]})
    reasons = [(row, key, *DIFFERENT[row, key]) for row, _, _ in ROWS for key in keys if (row, key) in DIFFERENT]
    for row, key, _, reason in reasons:
        broker = columns[key][0]
        print(f"- {row}, {broker.kind.name} {broker.version}: {reason}")


def show_table(columns):
    heads = [f"{broker.kind.name} {broker.version}" for broker, _ in columns.values()]
    print("\n| | expected | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 2) + "|")
    for row, _, expected in ROWS:
        cells = [cell(seen.get(row), expected) for _, seen in columns.values()]
        print(f"| {row} | {expected} | " + " | ".join(cells) + " |")
    print()


def cell(seen, expected):
    """Only what differs from what is expected of all."""
    if seen is None:
        return "–"
    return "as expected" if seen.text == expected else seen.text.replace("|", "\\|")
