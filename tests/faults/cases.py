"""The table: each file's name, how it is made, the findings to expect and a word of them.

No code: it is read whole, without a finding. A code that begins with U: nothing is read. Any
other: every answer comes back, but for those of `says`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from tests.faults import archives, books, drawings, heavy, old, strangers
from tests.faults.drawings import DRAWN, LINE, ONE, at, on_form, shape
from tests.faults.good import SPOILT, At, Filled, answers, values
from tests.faults.plain import (
    BOOK,
    DAY,
    FIGURE,
    LINKS,
    RESULT,
    ROOT,
    SHEET,
    STRINGS,
    STYLES,
    TYPES,
    Build,
    added,
    behind_data,
    edit,
    more_rows,
    put,
    replaced,
    stored,
    typed,
    whole,
    without,
)
from tests.faults.zips import Member, archive, zip64, zipped
from tests.hands import FORM


@dataclass(frozen=True)
class Case:
    """One file. `says` are answers that are not those of the sample; None: not an answer."""

    name: str
    build: Build
    codes: str = ""
    word: str = ""
    says: Mapping[At, str | None] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        return not self.codes.startswith("U")


def given(data: bytes) -> Build:
    return lambda: data


def result(text: str) -> Mapping[At, str]:
    return {RESULT: text}


STRANGERS = (
    Case("nothing in it.xlsx", given(b""), "U01", "0バイト"),
    Case("only zeros.xlsx", given(bytes(9000)), "U13", "中身がまだ届いていない"),
    Case("noise.xlsx", given(strangers.NOISE), "U02", "中身の分からない"),
    Case("csv.xlsx", partial(strangers.table, ",", "cp932"), "U02", "CSV"),
    Case("csv with mark.xlsx", partial(strangers.table, ",", "utf-8-sig"), "U02", "CSV"),
    Case("tsv.xlsx", partial(strangers.table, "\t", "cp932"), "U02", "文字だけ"),
    Case("unicode text.xlsx", partial(strangers.table, "\t", "utf-16"), "U02", "文字だけ"),
    Case("html.xls", strangers.html, "U02", "HTML"),
    Case("html in utf-16.xls", partial(strangers.html, "utf-16"), "U02", "HTML"),
    Case("xml spreadsheet 2003.xls", strangers.spreadsheet_2003, "U02", "XML"),
    Case("web archive.xls", given(strangers.WEB_ARCHIVE), "U02", "mht"),
    Case(
        "word.xlsx",
        partial(strangers.office, "wordprocessingml", "word/document.xml"),
        "U02",
        "Word文書",
    ),
    Case(
        "slides.xlsx",
        partial(strangers.office, "presentationml", "ppt/presentation.xml"),
        "U02",
        "スライド",
    ),
    Case("old word.xls", strangers.old_word, "U02", "Word文書"),
    Case("mail with a workbook.xlsx", lambda: strangers.mail_with(whole()), "U02", "電子メール"),
    Case(
        "mail with an old workbook.xlsx",
        lambda: strangers.mail_with(old.xls(values())),
        "U02",
        "電子メール",
    ),
    Case("mail.xlsx", given(strangers.MAIL), "U02", "電子メール"),
    Case("numbers.xlsx", given(strangers.NUMBERS), "U02", "Numbers"),
    Case("paper.xlsx", given(b"%PDF-1.7\n%\xe2\xe3\n"), "U02", "PDF"),
    Case("picture.xlsx", given(b"\x89PNG\r\n\x1a\n" + bytes(40)), "U02", "画像"),
    Case("photo.xlsx", given(b"\xff\xd8\xff\xe0" + bytes(40)), "U02", "画像"),
    Case("rich text.xlsx", given(b"{\\rtf1\\ansi }"), "U02", "リッチテキスト"),
    Case("seven zip.xlsx", given(strangers.SEVEN), "U02", "7z"),
    Case("rar.xlsx", given(strangers.RAR), "U02", "rar"),
    Case("gzip.xlsx", strangers.squeezed, "U02", "gz"),
    Case("shortcut.xlsx", strangers.shortcut, "U13", "Windowsのショートカット"),
    Case("web shortcut.xlsx", given(strangers.LINK), "U13", "インターネット"),
    Case("google.xlsx", given(strangers.CLOUD), "U13", "クラウドの文書"),
    Case("google of today.xlsx", given(strangers.CLOUD_NOW), "U13", "クラウドの文書"),
    Case("encrypted.xlsx", strangers.encrypted, "U04", "パスワード"),
    Case("encrypted.xls", lambda: old.xls(values(), old.FILE_PASS), "U04", "パスワード"),
    Case("encrypted.ods", old.encrypted_ods, "U04", "パスワード"),
    Case("old.xls", lambda: old.xls(values()), "C20", ".xls"),
    Case("binary.xlsb", lambda: old.xlsb(values()), "C20", ".xlsb"),
    Case("open.ods", lambda: old.ods(old.ods_rows(values())), "C20", ".ods"),
    Case("old under a new name.xlsx", lambda: old.xls(values(), sheet="表"), "C20", ".xls"),
    Case("cut old.xls", lambda: old.xls(values())[:1500], "U03", "最後まで"),
    Case("cut encrypted.xlsx", lambda: strangers.encrypted()[:1500], "U03", "最後まで"),
    Case("cut ods.ods", lambda: old.ods(old.ods_rows(values()))[:900], "U03", "最後まで"),
    Case("endless ods.ods", lambda: old.ods(old.ENDLESS), "U10", "200,000個"),
)

UNPACK, OPEN_MAIL, UNLABEL = "解凍して", "メールを開き", "秘密度ラベル"
NEXT_STEPS = (
    Case("mail.eml", given(strangers.MAIL_OF_TODAY), "U02", OPEN_MAIL),
    Case("mail with mark.eml", given(b"\xef\xbb\xbf" + strangers.MAIL), "U02", OPEN_MAIL),
    Case("mail.msg", lambda: strangers.mail_with(whole()), "U02", OPEN_MAIL),
    Case("winmail.dat", given(b"\x78\x9f\x3e\x22" + bytes(9)), "U02", OPEN_MAIL),
    Case("a list.csv", given("名前: 一\r\n所属: 二\r\n".encode()), "U02", "文字だけ"),
    Case("a.7z", given(strangers.SEVEN), "U02", UNPACK),
    Case("a.tar", given(b"a.xlsx".ljust(257, b"\0") + b"ustar\x0000"), "U02", UNPACK),
    Case("a.zst", given(b"\x28\xb5\x2f\xfd" + bytes(30)), "U02", UNPACK),
    Case("photo.heic", given(b"\0\0\0\x18ftypheic" + bytes(30)), "U02", "画像"),
    Case("a.rar", given(strangers.RAR), "U02", UNPACK),
    Case("a.lzh", given(strangers.LZH), "U02", UNPACK),
    Case("older.lzh", given(strangers.LZH.replace(b"-lh5-", b"-lzs-")), "U02", UNPACK),
    Case("a.gz", strangers.squeezed, "U02", UNPACK),
    Case("a.cab", given(b"MSCF" + bytes(40)), "U02", UNPACK),
    Case("a.exe", given(b"MZ" + bytes(40)), "U02", UNPACK),
    Case("label.xlsx", strangers.labelled, "U04", UNLABEL),
    Case("label.xls", lambda: strangers.labelled(old=True), "U04", UNLABEL),
    Case("password.xlsx", strangers.encrypted, "U04", "パスワードを外して"),
    Case("e-book.xlsx", given(zipped({"mimetype": b"application/epub+zip", "a": b"x"})), "U02"),
    Case("program.xlsx", given(zipped({"META-INF/MANIFEST.MF": b"x", "a": b"y"})), "U02"),
    Case("pages.xlsx", given(zipped({"Index/Tables/a.iwa": b"x", "b.png": b"y"})), "U02"),
    Case("taken apart.zip", archives.taken_apart, "U03", "部品に分かれた"),
)

ARCHIVES = (
    Case("one.zip", lambda: archives.inside("回答.xlsx")),
    Case("in folders.zip", lambda: archives.inside("指導室/令和7年度/回答.xlsx")),
    Case("windows names.zip", lambda: archives.inside("指導室\\回答.xlsx", flags=0)),
    Case("of the cloud.zip", archives.in_form_for_huge),
    Case("twice the same.zip", lambda: archives.inside("元.xlsx", "写し.xlsx"), "I02", "2個"),
    Case(
        "with a leaflet.zip",
        lambda: archive(
            [Member("回答.xlsx", archives.one("x")), Member("要領.pdf", b"%PDF-1.7 x")]
        ),
        "U02",
        "PDF",
    ),
    Case("zip in zip.zip", lambda: archives.nested(2)),
    Case("zip in zip in zip.zip", lambda: archives.nested(3), "U16", "何重にも"),
    Case("nothing.zip", given(zipped({})), "U17", "入っていません"),
    Case("nothing but folders.zip", given(zipped({"空/": b""})), "U17", "入っていません"),
    Case("of a mac.zip", given(zipped({"__MACOSX/._a": b"x"})), "U17", "入っていません"),
    Case("locked.zip", lambda: archives.locked(), "U04", "パスワード"),
    Case("odd method.zip", lambda: archives.with_method(99), "U03", "見慣れない方法"),
    Case("unknown method.zip", lambda: archives.with_method(77), "U03", "見慣れない方法"),
    Case("terminal name.zip", lambda: archives.inside("\x1b[2J\u202e回答.xlsx")),
    Case("climbing name.zip", lambda: archives.inside("../../回答.xlsx")),
    Case(
        "one locked.zip",
        lambda: archives.beside(Member("鍵.xlsx", b"x", flags=0x801)),
        "U04",
        "パスワード",
    ),
    Case(
        "one spoilt.zip", lambda: archives.beside(Member("傷.xlsx", b"x", crc=1)), "U03", "変わって"
    ),
    Case(
        "one odd.zip",
        lambda: archives.beside(Member("妙.xlsx", b"x", method=99)),
        "U03",
        "見慣れない",
    ),
    Case(
        "one huge.zip",
        lambda: archives.beside(Member("巨.xlsx", bytes(151_000_000))),
        "U08",
        "151MB",
    ),
    Case("one hidden.zip", lambda: archives.beside(Member(".確認表.xlsx", whole())), "C41", "隠し"),
    Case("owner.zip", lambda: archives.beside(Member("~$確認表.xlsx", b"owner"))),
    Case("bomb.zip", lambda: archives.bomb(60), "U08", "60MB"),
    Case("honest bomb.zip", lambda: archives.bomb(160), "U08", "1部品150MB"),
    Case("bombs in archives.zip", lambda: archives.bombs(70, 3), "U08 U08 U08", "MB"),
    Case("too many files.zip", lambda: archives.many_files(1, 1_001), "U08", "1,000個"),
    Case("broken member.zip", lambda: archives.spoilt_member(), "U03", "変わって"),
)

ZIPS = (
    Case("half.xlsx", archives.cut(0.5), "U03", "最後まで"),
    Case("nearly whole.xlsx", archives.cut(0.99), "U03", "最後まで"),
    Case("last byte lost.xlsx", lambda: whole()[:-1], "U03", "最後まで"),
    Case("directory lost.xlsx", archives.directory_lost, "U03", "最後まで"),
    Case("directory spoilt.xlsx", archives.directory_spoilt, "U03", "並び"),
    Case("hole.xlsx", archives.middle_lost, "U03", "壊れて"),
    Case("more behind.xlsx", lambda: whole() + b"\r\n--boundary--\r\n"),
    Case("remark.xlsx", lambda: archives.remark("備考".encode())),
    Case("mail head before.xlsx", lambda: b"X-Foo: 1\r\n\r\n" + whole(), "U02", "中身の分からない"),
    Case("form for huge ones.xlsx", lambda: zip64(whole())),
    Case("bad check sum.xlsx", archives.member(SHEET, crc=1), "U03", "変わって"),
    Case("odd method.xlsx", archives.member(SHEET, method=12), "U03", "見慣れない方法"),
    Case("encrypted part.xlsx", lambda: archives.with_flags(1), "U04", "パスワード"),
    Case("said to be bigger.xlsx", archives.member(SHEET, size=9_999_999), "U03", "並び"),
    Case("said to be smaller.xlsx", archives.member(SHEET, size=100), "U03", "変わって"),
    Case("cut with its sum.xlsx", archives.cut_short, "U10", "書き方"),
    Case("stored, longer.xlsx", archives.stored_lie, "U03", "並び"),
    Case("packed size lies.xlsx", archives.member(SHEET, packed_size=10), "U03", "壊れて"),
    Case("doubled part.xlsx", archives.and_member(Member(SHEET, b"<x/>")), "U14", "2個"),
    Case("case doubled.xlsx", archives.and_member(Member(SHEET.upper())), "U14", "2個"),
    Case("climbing.xlsx", archives.and_member(Member("../../evil.xml")), "U14", "../../evil.xml"),
    Case("absolute.xlsx", archives.and_member(Member("/etc/evil.xml")), "U14", "/etc/evil.xml"),
    Case("backslash.xlsx", archives.and_member(Member("xl\\evil.xml"))),
    Case(
        "backslash twice.xlsx",
        archives.and_member(Member(SHEET.replace("/", "\\"))),
        "U14",
        "2個",
    ),
    Case(
        "climbing backwards.xlsx", archives.and_member(Member("..\\..\\evil.xml")), "U14", "../.."
    ),
    Case("drive.xlsx", archives.and_member(Member("C:evil.xml")), "U14", "c:evil.xml"),
    Case("terminal.xlsx", archives.and_member(Member("\x1b[2Jx")), "U14", "�[2jx"),
    Case("overlapping.xlsx", archives.overlapping, "U14", "重なって"),
    Case("two names.xlsx", archives.other_local_name, "U03", "並び"),
    Case("ten billion.xlsx", archives.ten_billion(10**10), "U08", "10,000MB"),
    Case("ten billion, lying.xlsx", archives.ten_billion(10**6), "U03", "変わって"),
    Case("many parts.xlsx", archives.many_parts(2_000), "U08", "2,007個"),
    Case("huge directory.xlsx", partial(archives.huge_directory, False), "U08", "部品が多すぎます"),
    Case("huge, hidden.xlsx", partial(archives.huge_directory, True), "U08", "部品が多すぎます"),
    Case("end in the end.xlsx", archives.end_in_the_end, "U08", "部品が多すぎます"),
    Case("large part.xlsx", archives.large_part(151), "U08", "1部品150MB"),
    Case("large parts.xlsx", archives.large_parts(149, 3), "U08", "上限は300MB"),
    Case("stored.xlsx", lambda: archives.all_stored()),
)

SOUND_PARTS = (
    Case("plain.xlsx", whole),
    Case("strict.xlsx", books.strict),
    Case("prefixes.xlsx", books.prefixed),
    Case("utf-16.xlsx", books.in_encoding("utf-16")),
    Case("all inline.xlsx", books.inline),
    Case("from the root.xlsx", books.absolute_targets),
    Case("in capitals.xlsx", books.in_capitals),
    Case("backslashes.xlsx", books.backslashes(links=False)),
    Case("backslashes in links.xlsx", books.backslashes(links=True)),
    Case("in another folder.xlsx", books.elsewhere("book")),
    Case("in no folder.xlsx", books.elsewhere("")),
    Case("no root links.xlsx", without(ROOT)),
    Case("very hidden.xlsx", edit(BOOK, 'sheetId="1"', 'sheetId="1" state="veryHidden"')),
    Case(
        "chart sheet.xlsx",
        partial(books.with_sheet, "chartsheet", "chartsheets/sheet1.xml", "<chartsheet/>"),
    ),
    Case("links outside.xlsx", books.external_book),
    Case("link to the net.xlsx", books.hyperlink),
    Case("spoilt drawing.xlsx", books.with_part("drawing", "xl/drawings/drawing1.xml", b"<x")),
    Case("empty drawing.xlsx", on_form()),
    Case("lost drawing.xlsx", books.lost_part("drawing")),
    Case("spoilt chart.xlsx", added({"xl/charts/chart1.xml": b"\x00\xff"})),
    Case(
        "spoilt pivot.xlsx",
        books.with_part("pivotTable", "xl/pivotTables/pivotTable1.xml", b"garbage"),
    ),
    Case("spoilt theme.xlsx", added({"xl/theme/theme1.xml": b"<a:theme"})),
    Case("spoilt calc chain.xlsx", added({"xl/calcChain.xml": b"<calc"})),
    Case("spoilt printer.xlsx", added({"xl/printerSettings/printerSettings1.bin": b"\0" * 9})),
    Case("spoilt properties.xlsx", partial(books.property_part, "<Properties")),
    Case("bad style index.xlsx", books.styled("9999")),
    Case("negative style.xlsx", books.styled("-1")),
    Case("style in words.xlsx", books.styled("ほげ")),
    Case("size that lies.xlsx", edit(SHEET, 'ref="A1:P20"', 'ref="A1:A1"')),
    Case("size in words.xlsx", edit(SHEET, 'ref="A1:P20"', 'ref="ほげ"')),
    Case("rows without numbers.xlsx", partial(books.without_places, True, False)),
    Case("cells without places.xlsx", partial(books.without_places, False, True)),
    Case("nothing numbered.xlsx", partial(books.without_places, True, True)),
    Case("days from 1904.xlsx", books.in_1904),
    Case("days as text.xlsx", books.iso_days),
    Case("deep format.xlsx", books.long_format),
    Case("as openpyxl saves.xlsx", books.as_saved),
    Case("as SheetJS saves.xlsx", books.sheet_js),
    Case("other endings.xlsx", books.sheet_js_xlsb_only),
)

PARTS = (
    Case("billion laughs.xlsx", books.doctype(books.LAUGHS), "U14", "DOCTYPE"),
    Case("file of this computer.xlsx", books.outside, "U14", "DOCTYPE"),
    Case(
        "address of the net.xlsx",
        books.doctype('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;'),
        "U14",
        "DOCTYPE",
    ),
    Case("doctype in utf-16.xlsx", books.doctype("", encoding="utf-16"), "U14", "DOCTYPE"),
    Case("late doctype.xlsx", books.doctype("", late=90_000), "U14", "DOCTYPE"),
    Case(
        "late in utf-16.xlsx", books.doctype("", late=90_000, encoding="utf-16"), "U14", "DOCTYPE"
    ),
    Case("doctype in strings.xlsx", books.doctype("", STRINGS), "U14", "DOCTYPE"),
    Case("doctype unread.xlsx", added({"xl/x.xml": "<!DOCTYPE x><x/>"}), "U14", "DOCTYPE"),
    Case("open tag.xlsx", edit(SHEET, "</row>", "</rom>"), "U10", "sheet1.xml"),
    Case("cut xml.xlsx", edit(SHEET, "</sheetData>", ""), "U10", "sheet1.xml"),
    Case("no xml.xlsx", replaced(SHEET, b"\0\1\2"), "U10", "sheet1.xml"),
    Case("empty sheet part.xlsx", replaced(SHEET, b""), "U10", "sheet1.xml"),
    Case("bad utf-8.xlsx", edit(SHEET, "<sheetData>", b"<sheetData>\xff\xfe"), "U10", "書き方"),
    Case("shift_jis.xlsx", books.in_encoding("shift_jis"), "U10", "書き方"),
    Case("no such encoding.xlsx", edit(SHEET, '"UTF-8"', '"x-ほげ"'), "U10", "書き方"),
    Case("surrogate.xlsx", edit(STRINGS, "<si><t", "<si><t>&#xD800;</t><t"), "U10", "書き方"),
    Case("unknown entity.xlsx", edit(STRINGS, "<si><t", "<si><t>&x;</t><t"), "U10", "書き方"),
    Case("no sheet part.xlsx", without(SHEET), "U10", SHEET),
    Case("no strings.xlsx", without(STRINGS), "U10", STRINGS),
    Case("no strings, no link.xlsx", edit(LINKS, "/sharedStrings", "/x"), "U10", "指す文字"),
    Case("no styles.xlsx", without(STYLES), "U10", STYLES),
    Case(
        "no styles, no link.xlsx",
        edit(LINKS, "/styles", "/x"),
        "",
        says={DAY: "46171"},
    ),
    Case("no workbook.xlsx", without(BOOK), "U10", "xl/workbook.xml"),
    Case("no workbook links.xlsx", without(LINKS), "U10", "シート「確認表」"),
    Case("no types.xlsx", without(TYPES), "U03", "足りません"),
    Case("no sheets.xlsx", edit(BOOK, "<sheet ", "<shoot "), "U10", "一つもありません"),
    Case("only a chart.xlsx", books.only_charts, "U10", "一つもありません"),
    Case("spoilt book.xlsx", replaced(BOOK, b"<workbook"), "U10", "workbook.xml"),
    Case("spoilt strings.xlsx", replaced(STRINGS, b"<sst>"), "U10", "sharedStrings.xml"),
    Case("spoilt styles.xlsx", replaced(STYLES, b"<styleSheet>"), "U10", "styles.xml"),
    Case("spoilt links.xlsx", replaced(LINKS, b"<Relation"), "U10", "workbook.xml.rels"),
    # A comment may be the answer: rather the whole file again than one that lost it.
    Case("spoilt comments.xlsx", books.said("</t>"), "U10", "comments1.xml"),
    Case("lost comments.xlsx", books.lost_part("comments"), "U10", "lost.xml"),
    Case("comment nowhere.xlsx", books.comment_at("ほげ1"), "U10", "番地"),
    Case("comment.xlsx", books.said("要相談"), "C21", "要相談"),
    Case("sheet on the net.xlsx", books.on_the_net(' TargetMode="External"'), "U10", "シート"),
    Case("sheet as if here.xlsx", books.on_the_net(""), "U10", "example.jp"),
    Case("sheet of the computer.xlsx", books.on_the_computer, "U10", "passwd"),
    Case("macro type.xlsx", books.macro_type, "U06", "マクロ"),
    Case("macro part.xlsx", added({"xl/vbaProject.bin": b"\xd0\xcf"}), "U06", "マクロ"),
    Case("macro under another name.xlsx", added({"xl/vbaProject1.bin": b"\xd0"}), "U06", "マクロ"),
    Case("macro sheet.xlsx", added({"xl/macrosheets/sheet1.xml": b"<x/>"}), "U06", "マクロ"),
    Case("macro of backslashes.xlsx", added({"xl\\vbaProject.bin": b"\xd0"}), "U06", "マクロ"),
    Case("macro sheet elsewhere.xlsx", added({"a/macrosheets/1.xml": b"<x/>"}), "U06", "マクロ"),
    Case("macro in capitals.xlsx", added({"xl/VBAPROJECT.BIN": b"\xd0\xcf"}), "U06", "マクロ"),
    Case("another table.xlsx", books.another_table, "U11", "集計"),
)

CELLS = (
    Case("string far off.xlsx", stored(RESULT, "999999", ' t="s"'), "U10", "指す文字"),
    Case("string below 0.xlsx", stored(RESULT, "-1", ' t="s"'), "U10", "指す文字"),
    Case("string in words.xlsx", stored(RESULT, "三", ' t="s"'), "U10", "指す文字"),
    Case("string with a line.xlsx", stored(RESULT, "1_0", ' t="s"'), "U10", "指す文字"),
    Case("two values.xlsx", put(RESULT, '<c r="{at}"><v>1</v><v>2</v></c>'), "U10", "値が2つ"),
    Case("two texts.xlsx", put(RESULT, '<c r="{at}" t="str"><v>1</v><v/></c>'), "U10", "値が2つ"),
    Case("foreign value.xlsx", put(RESULT, books.FOREIGN_VALUE), "U10", "q:v"),
    Case("foreign value alone.xlsx", put(RESULT, books.REDECLARED_VALUE), "U10", "（v）"),
    Case("foreign cell.xlsx", put(RESULT, books.FOREIGN_CELL), "U10", "q:c"),
    Case(
        "bare text.xlsx",
        put(RESULT, '<c r="{at}" t="inlineStr"><t>裸の字</t></c>'),
        says=result("裸の字"),
    ),
    Case("bare runs.xlsx", put(RESULT, books.BARE_RUNS), says=result("一二")),
    Case("row 0.xlsx", put(RESULT, '<c r="A0"><v>1</v></c>'), "U10", "A0"),
    Case("row 1048577.xlsx", put(RESULT, '<c r="A1048577"><v>1</v></c>'), "U10", "A1048577"),
    Case("column XFE.xlsx", put(RESULT, '<c r="XFE1"><v>1</v></c>'), "U10", "XFE1"),
    Case("column XXXX.xlsx", put(RESULT, '<c r="XXXX1"><v>1</v></c>'), "U10", "XXXX1"),
    Case("place in words.xlsx", put(RESULT, '<c r="ほげ"><v>1</v></c>'), "U10", "ほげ"),
    Case("no place at all.xlsx", put(RESULT, '<c r=""><v>1</v></c>'), "U10", "番地"),
    Case("twice.xlsx", books.twice(same=False), "U10", "2つ"),
    Case("twice the same.xlsx", books.twice(same=True), "U10", "2つ"),
    Case("far corner.xlsx", more_rows(books.FAR), "C14", "遠く"),
    Case("merge of all.xlsx", behind_data(books.MERGE_ALL), "C23", "A1:XFD1048576"),
    Case("merge over two.xlsx", books.merge_two, "C23", "結合"),
    Case("20,000 merges.xlsx", lambda: behind_data(books.merges(20_000))(), "U10", "結合"),
    Case("merge in words.xlsx", behind_data(books.MERGE_ODD), "U10", "ほげ"),
    Case("hidden columns.xlsx", books.columns("1", "16384"), "I04", "列"),
    Case("columns below 0.xlsx", books.columns("-2000000000", "3")),
    Case("columns in words.xlsx", books.columns("ほげ", "3"), "U10", "書き方"),
    Case("filter.xlsx", behind_data('<autoFilter ref="A1:P20"/>'), "C32", "絞り込まれた"),
    Case("unprotected.xlsx", edit(SHEET, 'sheet="1"/>', "/>")),
    Case("formula.xlsx", books.formula("<f>1+2</f>", "3"), "C07", "3", result("3")),
    Case("shared formula.xlsx", books.shared_formula, "C07 C14", "4件", result("4件")),
    Case(
        "array formula.xlsx",
        books.formula('<f t="array" ref="{at}">SUM(1,2)</f>', "3"),
        "C07",
        "3",
        result("3"),
    ),
    Case(
        "data table.xlsx",
        books.formula('<f t="dataTable" ref="{at}" dt2D="0" r1="A1"/>', "3"),
        "C07",
        "3",
        result("3"),
    ),
    Case("formula alone.xlsx", books.formula("<f>1+2</f>", ""), "F07", "結果", result("=1+2")),
    Case(
        "error.xlsx",
        books.formula("<f>A0</f>", "#REF!", ' t="e"'),
        "F08",
        "#REF!",
        result("#REF!"),
    ),
)

NO_ANSWER = {RESULT: None}
OLD_KINDS: tuple[tuple[str, Callable[[Iterable[Filled]], bytes], str], ...] = (
    ("xls", old.xls, "C20"),
    ("xlsb", old.xlsb, "C20"),
    ("ods", lambda cells: old.ods(old.ods_rows(cells)), "C20"),
)
VALUES = (
    Case(
        "empty text.xlsx",
        books.formula("<f>IF(A1=0,&quot;&quot;,1)</f><v></v>", "", ' t="str"'),
        "F01",
        "空欄",
        NO_ANSWER,
    ),
    Case(
        "no empty text.xlsx",
        books.formula('<f ca="1">A1&amp;B1</f><v/>', "", ' t="str"'),
        "F01",
        "空欄",
        NO_ANSWER,
    ),
    Case("inline.xlsx", typed(RESULT, "<t>中に</t>"), says=result("中に")),
    Case("runs.xlsx", typed(RESULT, books.RUNS), says=result("一部実施した")),
    Case("raised.xlsx", typed(RESULT, books.raised("superscript")), says=result("3¹人※²")),
    Case("lowered.xlsx", typed(RESULT, books.raised("subscript")), says=result("3₁人※₂")),
    Case("not raised.xlsx", typed(RESULT, books.raised("baseline")), says=result("31人※2")),
    Case(
        "raised figure.xlsx",
        typed(FIGURE, books.raised("superscript", "")),
        "C01",
        "3¹",
        {FIGURE: "3¹"},
    ),
    Case("own letter.xlsx", typed(RESULT, "<t>\ue000田</t>"), "C42", "U+E000", result("\ue000田")),
    Case("lost letter.xlsx", typed(RESULT, "<t>吉\ufffd</t>"), "C42", "U+FFFD", result("吉\ufffd")),
    Case("no letter.xlsx", typed(RESULT, "<t>〓野</t>"), "C42", "〓", result("〓野")),
    Case(
        "far letter.xlsx",
        typed(RESULT, "<t>山\U000f0001</t>"),
        "C42",
        "F0001",
        result("山\U000f0001"),
    ),
    Case("furigana.xlsx", typed(RESULT, books.FURIGANA), says=result("指導")),
    Case("returns.xlsx", typed(RESULT, "<t>一_x000D_\n二</t>"), says=result("一\r\n二")),
    Case("escaped.xlsx", typed(RESULT, "<t>_x005F_x000D_</t>"), says=result("_x000D_")),
    Case("bell.xlsx", typed(RESULT, "<t>鈴_x0007_鈴</t>"), says=result("鈴\a鈴")),
    Case("nought.xlsx", typed(RESULT, "<t>無_x0000_無</t>"), says=result("無_x0000_無")),
    Case(
        "half characters.xlsx",
        typed(RESULT, "<t>絵_xD83D__xDE00_文字</t>"),
        says=result("絵_xD83D__xDE00_文字"),
    ),
    Case("remark inside.xlsx", typed(RESULT, "<t>前<!-- x --><?y?>後</t>"), says=result("前後")),
    Case("as it is.xlsx", typed(RESULT, "<t><![CDATA[<b>&]]></t>"), says=result("<b>&")),
    Case("variants.xlsx", typed(RESULT, "<t>葛󠄀飾𠮷野家</t>"), says=result("葛󠄀飾𠮷野家")),
    Case(
        "40,000 letters.xlsx",
        typed(RESULT, f"<t>{'あ' * 40_000}</t>"),
        "C04",
        "40,000字",
        result("あ" * 40_000),
    ),
    Case("million letters.xlsx", typed(RESULT, f"<t>{'あ' * 1_000_001}</t>"), "U10", "1,000,000字"),
    Case("day before all.xlsx", stored(DAY, "-1", ' s="1"'), "C03", "-1", {DAY: "-1"}),
    Case("day too far.xlsx", stored(DAY, "3000000", ' s="1"'), "C03", "3000000", {DAY: "3000000"}),
    Case("day 1e300.xlsx", stored(DAY, "1e300", ' s="1"'), "C03", "000", {DAY: f"1{'0' * 300}"}),
    Case("day 1e400.xlsx", stored(DAY, "1e400", ' s="1"'), "C03", "1e400", {DAY: "1e400"}),
    Case("day NaN.xlsx", stored(DAY, "NaN", ' s="1"'), "C03", "NaN", {DAY: "NaN"}),
    Case("day INF.xlsx", stored(DAY, "INF", ' s="1"'), "C03", "INF", {DAY: "INF"}),
    Case("day in words.xlsx", stored(DAY, "ほげ", ' t="d"'), "C03", "ほげ", {DAY: "ほげ"}),
    Case("1e999999999.xlsx", stored(FIGURE, "1e999999999"), "C01", "1e9", {FIGURE: "1e999999999"}),
    Case("1e-999999.xlsx", stored(FIGURE, "1e-999999"), "C01", "1e-9", {FIGURE: "1e-999999"}),
    Case("40 digits.xlsx", stored(FIGURE, "1" * 40), "C01", "111", {FIGURE: "1" * 40}),
    Case("number in words.xlsx", stored(FIGURE, "十一"), says={FIGURE: "十一"}),
    Case("number garbage.xlsx", stored(FIGURE, "1.2.3"), "C01", "1.2.3", {FIGURE: "1.2.3"}),
    Case("number with lines.xlsx", stored(FIGURE, "1_1"), "C01", "1_1", {FIGURE: "1_1"}),
    Case("percent.xlsx", books.formatted("0.0%_ ", "0.5"), says={FIGURE: "50%"}),
    Case("percent in words.xlsx", books.formatted('0%"達成"', "0.5"), says={FIGURE: "50%達成"}),
    Case(
        "percent with a bound.xlsx",
        books.formatted('0%"以上"', "0.5"),
        "C01",
        "50%以上",
        {FIGURE: "50%以上"},
    ),
    Case("percent in red.xlsx", books.formatted("[Red]0%", "0.5"), says={FIGURE: "50%"}),
    Case("percent as a letter.xlsx", books.formatted("0\\%", "50"), says={FIGURE: "50%"}),
    Case("places.xlsx", books.formatted('0"か所"', "3"), says={FIGURE: "3か所"}),
    Case("less.xlsx", books.formatted('"△"0', "3"), says={FIGURE: "△3"}),
    Case("people.xlsx", books.formatted('0"人"', "30"), says={FIGURE: "30人"}),
    Case("bound.xlsx", books.formatted('0"件以上"', "3"), "C01", "3件以上", {FIGURE: "3件以上"}),
    Case("boolean.xlsx", stored(RESULT, "1", ' t="b"'), says=result("TRUE")),
    Case("boolean garbage.xlsx", stored(RESULT, "はい", ' t="b"'), says=result("はい")),
    Case("type garbage.xlsx", stored(RESULT, "はい", ' t="ほげ"'), says=result("はい")),
)

BOX = shape("一\n二", box=True)
BESIDE_CELLS = (
    Case("box.xlsx", on_form(at(30, 2, BOX)), "C21", "B30 のテキストボックスに「一\n二」"),
    Case("one cell.xlsx", on_form(at(30, 2, BOX, ONE)), "C21", "B30 のテキストボックス"),
    Case("no cell.xlsx", drawings.on_wide_columns, "C21", "B3 の四角形に「位置だけ」"),
    Case("callout.xlsx", on_form(at(9, 5, shape("要", drawings.CALLOUT))), "C21", "E9 の吹き出し"),
    Case(
        "group.xlsx",
        on_form(at(30, 2, drawings.group(shape("一"), drawings.group(shape("二"), LINE)))),
        "C21",
        "四角形に「一\n二」",
    ),
    Case("ellipse.xlsx", on_form(at(30, 2, shape("", drawings.ELLIPSE))), "C40", "B30 の上に楕円"),
    Case("line.xlsx", on_form(at(30, 2, LINE)), "C40", "B30 の上に線"),
    Case("picture.xlsx", on_form(at(30, 2, drawings.PICTURE, ONE)), "C40", "B30 の上に画像"),
    Case(
        "two things.xlsx",
        on_form(at(30, 2, BOX), at(31, 2, LINE), at(32, 2, shape("三"))),
        "C21 C21 C40",
        "三",
    ),
    Case(
        "told twice.xlsx",
        on_form(at(30, 2, drawings.choice(shape("一回"), shape("もう一回")))),
        "C21",
        "「一回」",
    ),
    Case("chart.xlsx", drawings.framed("chart", "chart", "題"), "C21", "グラフに「題」"),
    Case("diagram.xlsx", drawings.framed("relIds", "diagramData", "段"), "C21", "図表"),
    Case("silent chart.xlsx", drawings.framed("chart", "chart", ""), "C40", "B30 の上にグラフ"),
    Case("half a drawing.xlsx", drawings.cut_off, "C21 C40", "読み取れない図形"),
    Case("drawn entity.xlsx", on_form(more={DRAWN: "<!DOCTYPE x><x/>"}), "U14", "DOCTYPE"),
    Case("too many shapes.xlsx", drawings.many, "U10", "10,000個"),
    Case("old comments.xlsx", drawings.old(drawings.old_shape("Note", "何か"))),
    Case(
        "old box.xlsx",
        drawings.old(drawings.old_shape("Rect", "一<br>二")),
        "C21",
        "C31 の四角形に「一\n二」",
    ),
    Case("button.xlsx", drawings.old(drawings.old_shape("Button")), "C40", "C31 の上にフォーム"),
    Case("object.xlsx", drawings.old(drawings.old_shape("Pict")), "C40", "埋め込まれた文書"),
    Case("picture in print.xlsx", drawings.old(drawings.HEADER_PICTURE), "C40", "ヘッダー"),
    Case("wallpaper.xlsx", books.with_part("image", "xl/media/1.png", b"x"), "C40", "背景"),
    Case(
        "header.xlsx",
        drawings.printed("oddHeader", "&amp;L&amp;&quot;-,太字&quot;&amp;12 要修正&amp;R回答"),
        "C21",
        "印刷のヘッダーに「要修正\n回答」",
    ),
    Case("footer.xlsx", drawings.printed("firstFooter", "&amp;C課長 了"), "C21", "フッター"),
    Case("pages.xlsx", drawings.printed("oddFooter", "&amp;C&amp;P / &amp;N ページ")),
    Case("file name.xlsx", drawings.printed("evenHeader", "&amp;C&amp;F&amp;R&amp;D")),
    Case("thread.xlsx", lambda: drawings.threaded("確認を", "済みです"), "C21", "確認を\n済みです"),
    Case(
        "on an added sheet.xlsx",
        lambda: drawings.on_another_sheet(at(2, 2, BOX)),
        "C21",
        "B2 のテキストボックス",
    ),
    Case(
        "picture in a cell.xlsx",
        put(RESULT, '<c r="{at}" t="e" vm="1"><v>#VALUE!</v></c>'),
        "C40 F01",
        "セルの中の画像",
        NO_ANSWER,
    ),
    Case(
        "picture of another program.xlsx",
        books.formula("<f>_xlfn.DISPIMG(&quot;ID_1&quot;,1)</f>", "=DISPIMG()", ' t="str"'),
        "C40 F01",
        "セルの中の画像",
        NO_ANSWER,
    ),
    Case("on a chart sheet.xlsx", drawings.on_chart_sheet, "C21", "図の説明"),
)

WORD = '<row r="3"><c r="B3" t="str"><v>3回開催</v></c></row>'
SHEETS = (
    Case("twin.xlsx", books.twin(), "C43", "「別」"),
    Case("twin that differs.xlsx", books.twin(change=books.rewritten), "C43 F03", says=NO_ANSWER),
    Case("hidden twin.xlsx", books.twin("hidden"), "C44", "取り込んでいません"),
    Case("very hidden twin.xlsx", books.twin("veryHidden"), "C44", "非表示のシート「別」"),
    Case("hidden draft.xlsx", books.twin("hidden", books.rewritten), "C44", "下書き"),
    Case("words on another sheet.xlsx", books.other_sheet("補足", WORD), "I08", "3回開催"),
    Case("words on 記入要領.xlsx", books.other_sheet("記入要領", WORD.replace("B3", "G3")), "I08"),
    Case("words on 修正依頼.xlsx", books.other_sheet("修正依頼", WORD.replace("B3", "J3")), "I08"),
    Case("empty sheet.xlsx", books.other_sheet("Sheet1", "")),
)

ROWS = {row for row, _ in answers(SPOILT) if row != FORM}


def lost(*keys: str) -> Mapping[At, None]:
    """Answers that nobody can read any more."""
    return {(row, key): None for row in ROWS for key in keys}


MOST = ("result", "figure", "rating", "reason", "direction", "next", "target_change")
LOST = (
    Case("column gone.xlsx", books.without_columns("result"), "F06", "取組実績", lost("result")),
    Case("columns gone.xlsx", books.without_columns(*MOST), "F06 " * 7, "担当課評価", lost(*MOST)),
    *(
        Case(
            f"column gone.{kind}",
            partial(build, books.left_of(["result"], values())),
            f"F06 {codes}",
            "取組実績",
            lost("result"),
        )
        for kind, build, codes in OLD_KINDS
    ),
    *(
        Case(
            f"columns gone.{kind}",
            partial(build, books.left_of(MOST, values())),
            f"{'F06 ' * 7}{codes}",
            "担当課評価",
            lost(*MOST),
        )
        for kind, build, codes in OLD_KINDS
    ),
)

HEAVY = (
    Case("million empty rows.xlsx", heavy.EMPTY_ROWS),
    Case("too many cells.xlsx", lambda: heavy.filled_cells(200_001)(), "U10", "200,000個"),
    Case("too many marks.xlsx", lambda: heavy.marked(10_001)(), "U10", "10,000"),
    Case("too many colours.xlsx", partial(heavy.coloured, 1_002), "U10", "色の付いたセル"),
    Case("too many strings.xlsx", heavy.strings(9), "U10", "500,000"),
    Case("too many comments.xlsx", lambda: heavy.commented(10_001)(), "U10", "10,000"),
    Case("too many pieces.xlsx", heavy.runs(2), "U10", "細かく"),
    Case("too many styles.xlsx", heavy.styles(1), "U10", "書式"),
    Case("nested.xlsx", heavy.nested(1), "U14", "入れ子"),
    Case("one text.xlsx", heavy.one_text(2), "U10", "1,000,000字"),
    Case("one tag.xlsx", heavy.one_tag(2), "U14", "長すぎる"),
    Case("one remark.xlsx", heavy.one_remark(2), "U14", "長すぎる"),
    Case("too many links.xlsx", heavy.links(5)),
    Case("farther corner.xls", heavy.farther_xls, "U15", "耐えられません"),
    Case(
        "far corner.xlsb",
        lambda: old.xlsb([*values(), (1_048_576, 16_384, "遠く")]),
        "C14 C20",
        "遠く",
    ),
)

GROUPS: Mapping[str, tuple[Case, ...]] = {
    "strangers": STRANGERS,
    "next steps": NEXT_STEPS,
    "archives": ARCHIVES,
    "zips": ZIPS,
    "sound parts": SOUND_PARTS,
    "parts": PARTS,
    "cells": CELLS,
    "values": VALUES,
    "beside cells": BESIDE_CELLS,
    "sheets": SHEETS,
    "lost columns": LOST,
    "heavy": HEAVY,
}
