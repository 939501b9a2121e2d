"""The demo plays to its end, and what it prints is what the two nodes say."""

from pathlib import Path

from clearline.app.line_demo import play


def test_the_first_five_steps_play_between_two_processes(tmp_path: Path) -> None:
    told: list[str] = []
    play(told.append, tmp_path / "demo")
    text = "".join(told)
    assert "REFUSED (T1): C2: coalition: suspended" in text
    assert "avoid miscalculation (coalition: CONVERGE, federation: CONVERGE): CONVERGENCE" in text
    assert "political transition (coalition: CONVERGE, federation: NOT_STATED): no convergence" in text
    assert "DURATION: coalition 50 min, federation 60 min (by 10)" in text
    assert text.count("clearline line board") == 3
    assert "COALITION - FEDERATION" in text
    assert "FEDERATION - COALITION" in text
    assert "\nVALID: This bundle is genuine" in text
    assert "Traceback" not in text
