"""Write what dbt says of the staged columns from their one home, `extract/contract.py`.

Two kinds of output. Files in which everything derives from the contract are written whole, and begin with a line that
says so. In the models, where SQL and tests are written by hand, only the column list between two marks is written:

    # >>> typed columns of results, generated from extract/contract.py by make generate
    # <<<

The marks may stand in any model's yml or sql, so a new model asks for a list by writing them.

The dictionary, docs/dictionary.md, is written whole from the yml files, with their doc blocks filled in.
"""
