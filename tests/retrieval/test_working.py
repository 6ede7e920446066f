import os
import signal
import subprocess
import sys
from pathlib import Path

from retrieval.working import WorkingFolder

CODE = """
import sys, time
from pathlib import Path
from retrieval.working import WorkingFolder
folder = WorkingFolder(Path(sys.argv[1]))
(folder.new()).mkdir()
print("ready", flush=True)
time.sleep(60)
"""


def live(directory: Path) -> set[str]:
    return {path.name for path in directory.glob(".live-*")}


def test_what_a_killed_process_left_is_removed_and_what_lives_is_kept(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", CODE, str(tmp_path)], stdout=subprocess.PIPE) as child:  # noqa: S603
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        (theirs,) = live(tmp_path)
        os.utime(tmp_path / theirs, (0, 0))
        first = WorkingFolder(tmp_path)
        assert theirs in live(tmp_path), "its process lives"
        child.send_signal(signal.SIGKILL)
        child.wait()
    os.utime(tmp_path / theirs, (0, 0))
    second = WorkingFolder(tmp_path)
    assert theirs not in live(tmp_path)
    assert len(live(tmp_path)) == 2
    assert first.new() != second.new()
    first.close()
    second.close()
    assert live(tmp_path) == set()


def test_a_young_folder_without_a_lock_yet_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".live-young").mkdir()
    (tmp_path / ".live-old").mkdir()
    os.utime(tmp_path / ".live-old", (0, 0))
    WorkingFolder(tmp_path).close()
    assert live(tmp_path) == {".live-young"}
