"""The order of events: by time, then as they were put in; between components at random if asked."""

import pytest

from swarmlab.core.queue import Queue


def drain(queue: Queue) -> list[tuple[int, str, object]]:
    return [(event.at, event.address, event.payload) for event in queue.due(1_000)]


def test_events_come_by_time_and_in_the_order_of_putting_in() -> None:
    queue = Queue(100)
    queue.at(300, "b", 1)
    queue.at(200, "a", 2)
    queue.at(200, "b", 3)
    queue.at(50, "a", 4)  # a time that has passed means now
    assert drain(queue) == [(100, "a", 4), (200, "a", 2), (200, "b", 3), (300, "b", 1)]
    assert queue.now == 300


def test_what_is_due_includes_what_comes_in_meanwhile_and_leaves_the_rest_in_order() -> None:
    queue = Queue(0)
    for number, when in enumerate((2_500_000, 900_000, 7_000_000, 2_400_000, 900_001)):
        queue.at(when, "a", number)
    seen = []
    for event in queue.due(2_450_000):
        seen.append((event.at, event.payload))
        if event.payload == 4:  # the last of its millisecond
            queue.after(1, "a", "at once")
            queue.after(1_000_000, "a", "later")
    assert seen == [(900_000, 1), (900_001, 4), (900_002, "at once"), (1_900_001, "later"), (2_400_000, 3)]
    assert (queue.now, queue.next_at(), len(queue)) == (2_400_000, 2_500_000, 2)
    assert [event.payload for event in queue.pending()] == [0, 2]
    assert list(queue.due(2_450_000)) == []


def test_only_foreground_events_are_waited_for() -> None:
    queue = Queue(0)
    queue.after(1, "a", None, background=True)
    queue.after(2, "a", None)
    assert queue.foreground == 1
    drain(queue)
    assert queue.foreground == 0


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_components_change_places_but_a_connection_keeps_its_order(seed: int) -> None:
    queue = Queue(0, f"shuffle {seed}")
    for number in range(20):
        queue.at(7, f"host-{number % 4}", number)
    order = [payload for _, _, payload in drain(queue)]
    for host in range(4):
        mine = [number for number in order if isinstance(number, int) and number % 4 == host]
        assert mine == sorted(mine)


def test_shuffling_does_change_the_order() -> None:
    orders = set()
    for seed in range(10):
        queue = Queue(0, f"shuffle {seed}")
        for name in "abcd":
            queue.at(7, name, name)
        orders.add("".join(address for _, address, _ in drain(queue)))
    assert len(orders) > 3
