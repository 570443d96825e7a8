"""What a planner reads: tables, profit and loss, summaries and the solution folder.

Pure functions of the resolved instance and the plan. Tables are pandas data frames whose columns
are described in ``docs/solution-format.md``.
"""
