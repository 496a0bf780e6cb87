"""Who does what: organisations, the category tree, the dispatch catalogue and the duty lists.

Owns Organisation (组织机构), Category (事项分类), CatalogueEntry (派单目录), DutyItem (履职事项清单) and Line (条, a
department code). Everything is dated data an administrator can edit; the files in `data/` are only the first filling.
"""
