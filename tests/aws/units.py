"""What DynamoDB charges for a read, from its answer: a unit for each 4 KiB begun, half of one where the newest state
was not asked for. Sizes as AWS counts them ("DynamoDB item sizes and formats"): names and values, numbers at half a
byte a digit and one more, three bytes a list or map and one an element.
"""

from __future__ import annotations

import base64
import json
import math

UNIT = 4_096


def size(item: dict) -> int:
    return sum(len(name.encode()) + of_value(value) for name, value in item.items())


def of_value(value: dict) -> int:
    (kind, content), = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return (len(content.lstrip("-").replace(".", "").strip("0")) + 1) // 2 + 1
        case "B":
            return len(base64.b64decode(content))
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + of_value(v) for v in content)
        case "M":
            return 3 + sum(1 + len(n.encode()) + of_value(v) for n, v in content.items())
        case "SS":
            return sum(len(v.encode()) for v in content)
    raise ValueError(f"no size for a value of kind {kind}")


def units(operation: str, request: bytes, answer: bytes) -> float:
    """0 for what is no read of DynamoDB. Items that a filter hid are not seen: this table's queries have none."""
    if operation not in ("GetItem", "Query", "BatchGetItem"):
        return 0
    asked, given = json.loads(request), json.loads(answer)
    if "FilterExpression" in asked or "ProjectionExpression" in asked:
        raise ValueError(f"{operation} has a filter or a projection, whose cost its answer does not tell")
    if operation == "BatchGetItem":
        factor = {table: 1 if keys.get("ConsistentRead") else 0.5 for table, keys in asked["RequestItems"].items()}
        return sum(factor[t] * of_size(size(item)) for t, items in given["Responses"].items() for item in items)
    whole = sum(map(size, given.get("Items", []))) if operation == "Query" else size(given.get("Item", {}))
    return of_size(whole) * (1 if asked.get("ConsistentRead") else 0.5)


def of_size(bytes_read: int) -> int:
    return max(1, math.ceil(bytes_read / UNIT))
