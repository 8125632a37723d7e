"""`zi clean FILE` and `zi resolve`: what lies in the folder afterwards, and what a person is told."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

from zi_analysis.cli import main
from zi_analysis.reporting import placing

LIST = """No;Instansi;Unit Kerja;Predikat;Tahun
1;Pemkot Madiun;RSUD Kota Madiun;WBK;2022
2;Polri;=HYPERLINK("http://x");WBBM;2022
3;Polri;<script>alert(1)</script>;WBBM;2022
4;Madiun;Disdukcapil;WBK;2022
5;Madiun;"-5 Puskesmas";WBK;2022
6;@SUM(1);Biro Umum;WBK;2022
"""


@pytest.fixture
def award_list(tmp_path: Path) -> Path:
    path = tmp_path / "list one.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def test_the_folder_holds_all_that_a_person_needs(
    award_list: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "out"
    assert main(["clean", str(award_list), "--output", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        *("awards.csv", "log.csv", "quality.html", "rejects.csv", "rows.csv", "to_decide.csv")
    ]
    said = capsys.readouterr().out
    assert "award rows: 6 in = 3 accepted + 0 merged + 3 rejected" in said
    assert "awards: 3 new, 0 known already" in said
    awards, rejects, log = (table(out / f"{name}.csv") for name in ("awards", "rejects", "log"))
    assert [len(awards), len(rejects)] == [3, 3]
    total = log.set_index("step").loc["total", ["rows_in", "accepted", "merged", "rejected"]].astype(int)
    assert total.tolist() == [6, 3, 0, 3]
    assert awards["award_ids"].str.startswith("list one.csv!").all()


def test_nothing_in_the_outputs_runs(award_list: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    main(["clean", str(award_list), "--output", str(out)])
    for name in ("awards", "rejects", "log", "to_decide"):
        cells = table(out / f"{name}.csv").to_numpy().ravel().tolist()
        assert [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "\t"))] == []
    assert "'=HYPERLINK" in (out / "awards.csv").read_text(encoding="utf-8")
    page = (out / "quality.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "alert(1)" in page or "&lt;script" in page or len(page) > 1000


def test_lists_of_places_fit_a_cell(tmp_path: Path) -> None:
    places = "|".join(f"list.csv!{row}" for row in range(5000))
    short = placing.shorten(pd.Series([places, "a|b", None]))
    assert len(short.iloc[0]) < 32767
    assert short.iloc[0].endswith("|... (5000 in all, see rows.csv)")
    assert all(place in places.split("|") for place in short.iloc[0].split("|")[:-1])
    assert short.iloc[1] == "a|b"


def test_cells_with_control_characters_keep_the_tables_whole(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["x\r=1+1", "y\r\nz", "\x00\x1b[2J", None]})
    placing._write_csv(frame, tmp_path / "t.csv")
    assert table(tmp_path / "t.csv")["a"].tolist() == ["x\n=1+1", "y\nz", "\ufffd\ufffd[2J", ""]


def test_decisions_filled_in_are_applied(award_list: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "out"
    main(["clean", str(award_list), "--output", str(out)])
    told = table(out / "to_decide.csv")
    told["value"] = told["as_written"].map({"Madiun": "35.77", "'@SUM(1)": "kemensetneg"}).fillna("")
    told.to_csv(tmp_path / "mine.csv", index=False, sep=";")
    assert main(["clean", str(award_list), "--output", str(out), "--fix", str(tmp_path / "mine.csv")]) == 0
    said = capsys.readouterr().out
    assert "6 in = 6 accepted + 0 merged + 0 rejected" in said
    assert "hand decisions: 3 of 3 decisions were applied" in said


def test_decisions_stay_in_the_file_they_were_made_in(award_list: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    decided = out / "to_decide.csv"
    command = ["clean", str(award_list), "--output", str(out)]
    main(command)
    told = table(decided)
    told.assign(value=["35.77", "35.19", ""], reason=["page 3", "page 4", ""]).to_csv(decided, index=False)
    for _ in range(2):
        assert main([*command, "--fix", str(decided)]) == 0
        again = table(decided)
        assert again[["value", "reason"]].to_numpy().tolist() == [["35.77", "page 3"], ["35.19", "page 4"], ["", ""]]
        assert len(table(out / "rejects.csv")) == 1


def test_what_is_read_is_never_written_over(award_list: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    mine = tmp_path / "awards.csv"
    mine.write_text(LIST)
    link = tmp_path / "link.csv"
    link.symlink_to(mine)
    assert main(["clean", str(mine), "--output", str(tmp_path)]) == 2
    assert "would be written over" in capsys.readouterr().err
    assert main(["resolve", str(mine), "--name", "Instansi", "--output", str(link)]) == 2
    assert main(["clean", str(mine), str(link), "--output", str(tmp_path / "out")]) == 2
    assert "is named twice" in capsys.readouterr().err
    assert main(["clean", str(mine), "--output", str(tmp_path / "out"), "--columns", "unit=2,unit=3"]) == 2
    with pytest.raises(SystemExit, match="2"):
        main(["clean", str(mine), "--output", ""])
    assert mine.read_text() == LIST


def test_other_files_of_the_folder_stay_and_other_formats_go(award_list: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["clean", str(award_list), "--output", str(tmp_path), "--format", "csv"]) == 0
    assert main(["clean", str(award_list), "--output", str(tmp_path), "--format", "parquet", "--language", "id"]) == 0
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert award_list.exists()
    assert not (tmp_path / "awards.csv").exists()
    awards = pd.read_parquet(tmp_path / "awards.parquet")
    assert awards["year"].tolist() == [2022] * 3
    assert 'lang="id"' in (tmp_path / "quality.html").read_text(encoding="utf-8")


def test_the_same_lists_give_the_same_bytes(award_list: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        main(["clean", str(award_list), "--output", str(tmp_path / name)])
    for name in ("awards.csv", "rejects.csv", "log.csv", "to_decide.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--output"], "expected one argument"),
        ([], "--output is missing"),
        (["--output", "OUT", "--columns", "unit"], '"unit" in --columns is no FIELD=COLUMN'),
        (["--output", "LIST"], "is a file; choose another output folder"),
        (["--output", "OUT", "--fix", "none.csv"], "none.csv"),
        (["--output", "OUT", "--year", "abc"], "abc"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    award_list: Path, tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str], told: str
) -> None:
    places = {"OUT": str(tmp_path / "out"), "LIST": str(award_list)}
    try:
        code = main(["clean", str(award_list), *(places.get(word, word) for word in arguments)])
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr().err.strip().splitlines()
    assert code == 2
    assert told in said[-1]
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_an_option_without_a_list_is_refused(capsys: pytest.CaptureFixture) -> None:
    assert main(["clean", "--year", "2022"]) == 2
    assert "--year needs a list" in capsys.readouterr().err


def test_resolve_keeps_every_row_in_order(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    source = tmp_path / "units.csv"
    source.write_text(
        "No,Instansi,Unit,Tahun,score\n1,Madiun,RSUD Kota Madiun,2022,9\n2,,Polres Batu,,\n3,Bank Batu,,x,\n"
        "3,Pemkab  Magetan,,2020,=1\n"
    )
    out = tmp_path / "new" / "resolved.csv"
    command = ["resolve", str(source), "--name", "Instansi", "--unit", "Unit", "--year", "Tahun", "--output", str(out)]
    assert main(command) == 0
    assert "4 rows: 3 found, 1 open" in capsys.readouterr().out
    resolved = table(out)
    assert resolved["No"].tolist() == ["1", "2", "3", "3"]
    assert resolved["agency_id"].tolist() == ["35.77", "polri", "", "35.20"]
    assert resolved["Instansi"].tolist() == ["Madiun", "", "Bank Batu", "Pemkab  Magetan"]
    assert resolved.columns.tolist()[-6:] == ["agency_id", "agency", "agency_type", "method", "score", "candidates"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--name", "Instanci", "--output", "r.csv"], 'the closest of its 5 columns are "Instansi"'),
        (["--name", "Instansi", "--output", "r.txt"], "ends in neither .csv nor .parquet"),
        (["--name", "Instansi", "--unit", "Satker", "--output", "r.csv"], 'column "Satker" is not in'),
    ],
)
def test_resolve_refuses_what_is_not_there(
    award_list: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(award_list.parent)
    assert main(["resolve", award_list.name, *arguments]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_a_run_that_fails_leaves_the_folder_as_it_was(
    award_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    main(["clean", str(award_list), "--output", str(out)])
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "log.csv")

    monkeypatch.setattr(placing, "_write_csv", full)
    assert main(["clean", str(award_list), "--output", str(out)]) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_run_waits_while_another_moves_its_files(
    award_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "_PATIENCE", 0.3)
    out = tmp_path / "out"
    out.mkdir()
    with placing._held(out):
        codes: list[int] = []
        other = threading.Thread(target=lambda: codes.append(main(["clean", str(award_list), "--output", str(out)])))
        other.start()
        other.join()
    assert codes == [1]
    assert list(out.iterdir()) == []
    assert main(["clean", str(award_list), "--output", str(out)]) == 0


def test_what_a_killed_run_left_is_cleared(award_list: Path, tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    out = tmp_path / "out"
    left = out / f".zi-clean-{process.stdout.strip()}-0badcafe"
    left.mkdir(parents=True)
    alive = out / f".zi-clean-{os.getpid()}-0badcafe"
    alive.mkdir()
    assert main(["clean", str(award_list), "--output", str(out)]) == 0
    assert not left.exists()
    assert alive.exists()
