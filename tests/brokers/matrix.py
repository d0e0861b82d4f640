"""The matrix as Markdown."""
from expected import DIFFERENT, ROWS

WIDTH = 6  # brokers in one table


def show(columns):
    keys = list(columns)
    for begin in range(0, len(keys), WIDTH):
        show_table({key: columns[key] for key in keys[begin:begin + WIDTH]})
    differences = {}  # (row, text, why) -> brokers
    for (row, key), (text, why) in DIFFERENT.items():
        if key in keys:
            differences.setdefault((row, text, why), []).append(name_of(columns[key][0]))
    for (row, _, why), names in differences.items():
        print(f"- {row}, {', '.join(names)}: {why}")


def name_of(broker):
    return f"{broker.kind.name} {broker.version}"


def show_table(columns):
    heads = [name_of(broker) for broker, _ in columns.values()]
    print("\n| | expected | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 2) + "|")
    for row, _, expected in ROWS:
        cells = [cell(seen.get(row), expected) for _, seen in columns.values()]
        print(f"| {row} | {expected} | " + " | ".join(cells) + " |")
    print()


def cell(seen, expected):
    """Only the cells that differ from the result expected of all."""
    if seen is None:
        return "–"
    return "✓" if seen.text == expected else seen.text.replace("|", "\\|")
