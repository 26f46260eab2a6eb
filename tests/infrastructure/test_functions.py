"""Building the functions and zipping them: what is missing is said, and nothing for another processor is deployed."""

import io
import os
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import stack  # noqa: F401  makes the tools importable
from tools import functions
from tools.cloud import Stop


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def elf(machine: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + machine.to_bytes(2, "little") + b"the rest"


class Functions(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.enterContext(mock.patch.dict(os.environ, {"PATH": f"{self.bin}:/usr/bin:/bin"}))
        os.environ.pop("RUSTC", None)

    def test_what_the_build_needs_is_fetched_before_it_starts(self):
        (self.folder / "lib").mkdir()
        program(self.bin, "rustc", f"echo {self.folder / 'lib'}")
        program(self.bin, "cargo-lambda", "exit 0")
        # Without rustup nothing can be fetched; with one that brings nothing, it is said too.
        for rustup in (None, "exit 1", "exit 0"):
            if rustup:
                program(self.bin, "rustup", rustup)
            with self.assertRaisesRegex(Stop, "(?s)rustup target add aarch64-unknown-linux-gnu.*--skip build --binaries"):
                functions.build(["gallery-api"])
        program(self.bin, "rustup", f"echo \"$@\" > {self.folder / 'added'}; touch {self.folder / 'lib' / 'libstd-0123.rlib'}")
        # With the library there, the build runs, and what it ends with is said with the command.
        program(self.bin, "cargo", f"echo \"$@\" > {self.folder / 'asked'}; exit 3")
        with self.assertRaisesRegex(Stop, "did not build"):
            functions.build(["gallery-api"])
        self.assertEqual((self.folder / "added").read_text(), "target add aarch64-unknown-linux-gnu\n")
        asked = (self.folder / "asked").read_text()
        self.assertIn("lambda build --locked --arm64 --profile function --features lambda", asked)
        self.assertIn("--package darkslide-gallery-api --bin gallery-api", asked)
        program(self.bin, "cargo", "exit 0")
        functions.build(["gallery-api"])

    def test_cargo_lambda_is_found_or_installed_into_an_environment_of_its_own(self):
        tools = self.folder / "tools"
        path = os.environ["PATH"]
        nothing = self.folder / "venv" / "bin" / "python"
        with mock.patch.object(functions, "TOOLS", tools), mock.patch.object(functions.sys, "executable", str(nothing)):
            asked = []

            def make(folder, **_):
                (folder / "bin").mkdir(parents=True)
                program(folder / "bin", "python", f"echo \"$@\" > {self.folder / 'asked'}; exit {len(asked)}")
                asked.append(folder)

            with mock.patch.object(functions.venv, "create", make):
                self.assertEqual(functions.with_cargo_lambda()["PATH"], f"{tools / 'bin'}:{path}")
                self.assertIn("pip install", (self.folder / "asked").read_text())
                functions.shutil.rmtree(tools)
                with self.assertRaisesRegex(Stop, "(?s)pip install cargo-lambda.*--skip build --binaries"):
                    functions.with_cargo_lambda()
            self.assertFalse(tools.exists())
            (tools / "bin").mkdir(parents=True)
            program(tools / "bin", "cargo-lambda", "exit 0")
            self.assertEqual(functions.with_cargo_lambda()["PATH"], f"{tools / 'bin'}:{path}")
            nothing.parent.mkdir(parents=True)
            program(nothing.parent, "cargo-lambda", "exit 0")
            self.assertEqual(functions.with_cargo_lambda()["PATH"], f"{nothing.parent}:{path}")
            program(self.bin, "cargo-lambda", "exit 0")
            self.assertEqual(functions.with_cargo_lambda()["PATH"], path)

    def test_the_target_is_looked_for_where_this_rust_keeps_it(self):
        program(self.bin, "rustc", "echo 'error: unknown target' >&2; exit 1")
        self.assertFalse(functions.has_target())

    def test_another_processors_binary_is_not_deployed(self):
        binary = self.folder / "gallery-api" / "bootstrap"
        binary.parent.mkdir()
        binary.write_bytes(elf(0x3E))
        s3, put = mock.Mock(), {}
        s3.put_object.side_effect = lambda **given: put.update(given)
        cloud = mock.Mock(endpoint=None, client=lambda _: s3)
        with self.assertRaisesRegex(Stop, "not for arm64(?s:.*)--package darkslide-gallery-api"):
            functions.upload(cloud, "code", self.folder, ["gallery-api"])
        self.assertEqual(put, {})
        binary.write_bytes(elf(0xB7))
        found = functions.upload(cloud, "code", self.folder, ["gallery-api"])
        self.assertEqual(found, {"gallery-api": f"s3://code/{put['Key']}"})
        # An emulator runs what this computer can run.
        binary.write_bytes(elf(0x3E))
        functions.upload(mock.Mock(endpoint="http://127.0.0.1:1", client=lambda _: s3), "code", self.folder, ["gallery-api"])

    def test_the_same_binary_makes_the_same_zip_and_its_program_may_run(self):
        binary = self.folder / "bootstrap"
        binary.write_bytes(elf(0xB7))
        first = functions.zipped(binary)
        os.utime(binary, (0, 0))
        self.assertEqual(first, functions.zipped(binary))
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            (entry,) = archive.infolist()
            self.assertEqual((entry.filename, entry.external_attr >> 16 & 0o777), ("bootstrap", 0o755))
        with self.assertRaisesRegex(Stop, "--binaries FOLDER"):
            functions.zipped(self.folder / "missing")

    def test_the_processor_is_told_by_a_real_binary(self):
        # This python is a binary of this computer's processor.
        real = Path(subprocess.run(["sh", "-c", "readlink -f /bin/sh"], capture_output=True, text=True).stdout.strip())
        is_arm64 = os.uname().machine == "aarch64"
        try:
            functions.check_processor(real)
        except Stop:
            self.assertFalse(is_arm64)
        else:
            self.assertTrue(is_arm64)


if __name__ == "__main__":
    unittest.main()
