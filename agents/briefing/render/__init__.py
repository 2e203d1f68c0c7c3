"""A briefing as files: HTML, Markdown, DOCX, PDF. Import it where files are made: it brings typst and python-docx."""
