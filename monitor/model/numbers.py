"""How numbers are told: the same wherever people read them, whatever the locale is."""


def plural(number: float, one: str, many: str = "") -> str:
    """“1 story”, “4 stories”, “1,204 entries”; `many` where it is not `one` and “s”."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def signed(points: float, digits: int = 1) -> str:
    """Points with their sign always shown: “+2.6”, “−12.1” (U+2212), “±0.0”."""
    size = f"{abs(points):.{digits}f}"
    if not float(size):
        return f"±{size}"
    return f"{'+' if points > 0 else '−'}{size}"
