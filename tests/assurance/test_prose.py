"""Templates become paragraphs, bullets and tables, wherever their lines were broken."""

from assurance.prose import flow


def test_lines_are_joined_into_paragraphs_and_bullets() -> None:
    text = "\n\n  One\nparagraph.\n\nA list:\n- first,\n  in two lines\n- second\n\n\n\nLast. \n"
    assert flow(text) == "One paragraph.\n\nA list:\n- first, in two lines\n- second\n\nLast."
    assert flow(flow(text)) == flow(text)
    assert flow(" \n\n") == ""


def test_the_rows_of_a_table_stay_apart() -> None:
    assert flow("| a |\n| --- |\n| b |\n") == "| a |\n| --- |\n| b |"
