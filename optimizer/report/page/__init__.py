"""`report.html`: one self-contained page about a plan, with no request leaving it."""

from optimizer.report.page.html import page_html

__all__ = ["page_html"]
