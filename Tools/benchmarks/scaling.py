"""Simulates a training step on many cores: which share of their rate the division into trunk and chunks lets them reach.

Usage: python3 Tools/benchmarks/scaling.py [--classes 1000] [--context 16] [--class-rows 4.5] [--specific]
       [--cores 1 2 8 16 64] [--chunk-rows 128] [--trunk-rate 0.3]

Prompts are divided as Sources/CLIP/PrefixTree/TreePartition.swift divides them, with --class-rows positions behind the
context for each class (ImageNet's names have 4.5). A unit of time is a row's way through a layer at full rate; a core takes
the next chunk when it is free. In the forward pass a chunk enters a layer when the trunk has left it; in the backward pass
the trunk enters a layer when all chunks have left it. --trunk-rate is the share of the rate that products with the trunk's
few rows reach. The backward pass costs as much as the forward pass. Loss and optimizer aren't in it: a batch's logits are
less than a hundredth of a step.

Prints for each number of cores the share of their rate, the same without a trunk, and what even chunks would allow, which
only their number limits.
"""

import argparse
import heapq

LAYERS = 12
SOT = 1


def chunks(rows, size):
    """Groups subtrees as TreePartition does: consecutive ones, in a multiple of four groups with similar numbers of rows."""
    total = sum(rows)
    if total <= size:
        return [total] if rows else []
    count = (-(-total // size) + 3) // 4 * 4
    groups, taken, current = [], 0, -1
    for own in rows:
        group = min((taken + own // 2) * count // total, count - 1)
        if group > current:
            groups.append(0)
            current = group
        groups[-1] += own
        taken += own
    return groups


def forward(parts, trunk_layer, cores):
    """The end of a forward pass: the trunk is the first piece of work, and chunks wait for it layer by layer."""
    left = [trunk_layer * (layer + 1) for layer in range(LAYERS)]
    free = [0.0] * (cores - 1) + [left[-1] if trunk_layer else 0.0] if cores > 1 else [left[-1]]
    heapq.heapify(free)
    for rows in parts:
        time = heapq.heappop(free)
        for layer in range(LAYERS):
            time = max(time, left[layer]) + rows
        heapq.heappush(free, time)
    return max(free)


def backward(parts, trunk_layer, cores):
    """The end of a backward pass: the trunk is the last piece, and waits for the chunks layer by layer."""
    free = [0.0] * cores
    heapq.heapify(free)
    left = [0.0] * LAYERS
    for rows in parts:
        time = heapq.heappop(free)
        for layer in reversed(range(LAYERS)):
            time += rows
            left[layer] = max(left[layer], time)
        heapq.heappush(free, time)
    time = heapq.heappop(free)
    for layer in reversed(range(LAYERS)):
        time = max(time, left[layer]) + trunk_layer
    return max([time] + free)


def main():
    """Divide, simulate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--context", type=int, default=16)
    parser.add_argument("--class-rows", type=float, default=4.5, help="positions of each class behind the context")
    parser.add_argument("--specific", action="store_true", help="a context for each class")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--chunk-rows", type=int, default=128)
    parser.add_argument("--trunk-rate", type=float, default=0.3)
    options = parser.parse_args()

    own = options.class_rows + (options.context if options.specific else 0)
    rows = [int((index + 1) * own) - int(index * own) for index in range(options.classes)]
    trunk = SOT + (0 if options.specific else options.context)
    parts = chunks(rows, options.chunk_rows)
    if len(parts) == 1:
        parts, trunk = [parts[0] + trunk], 0
    work = LAYERS * (sum(parts) + trunk)
    print(f"{sum(parts)} rows in {len(parts)} chunks of {min(parts)} to {max(parts)}, {trunk} rows in the trunk")
    print("cores  share of the rate  without the trunk  with even chunks")
    for cores in options.cores:
        slow = trunk / options.trunk_rate
        time = forward(parts, slow, cores) + backward(parts, slow, cores)
        bare = forward(parts, 0, cores) + backward(parts, 0, cores)
        even = len(parts) / cores / -(-len(parts) // cores)
        print(f"{cores:5}  {2 * work / cores / time:17.2f}  {2 * LAYERS * sum(parts) / cores / bare:17.2f}  {even:16.2f}")


if __name__ == "__main__":
    main()
