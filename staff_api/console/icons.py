"""The console's icons: 16 x 16 line drawings, set into the page so that they take the text's colour and need no request."""

from markupsafe import Markup

_DRAWINGS = {
    "emergency": '<path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z"/><path d="M8 4.6v4M8 11v.2"/>',
    "urgent": '<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.4v3.4M8 11.6v.2"/>',
    "routine": '<path d="M2.5 3.5h11v7.2H7.4L4.6 13v-2.3H2.5z"/>',
    "check": '<path d="m3 8.6 3.2 3.2L13 4.6"/>',
    "back": '<path d="M9.8 3 4.8 8l5 5"/>',
    "more": '<path d="M6.2 3l5 5-5 5"/>',
    "worklist": '<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.2M2.5 8h.2M2.5 12h.2"/>',
    "patients": '<circle cx="8" cy="5.2" r="2.6"/><path d="M3 13.6c.5-2.9 2.4-4.3 5-4.3s4.5 1.4 5 4.3"/>',
    "person": '<circle cx="8" cy="5.2" r="2.6"/><path d="M3 13.6c.5-2.9 2.4-4.3 5-4.3s4.5 1.4 5 4.3"/>',
    "reply": '<path d="M13.5 2.5 2.5 7l4.4 2 2 4.5z"/><path d="m6.9 9 3-3"/>',
    "note": '<path d="M3.5 2.5h9v7l-3 4h-6z"/><path d="M9.5 13.3V9.6h3M5.8 5.5h4.4M5.8 8h2.4"/>',
    "undo": '<path d="M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6"/><path d="M5.8 3.6 3 6.5l2.8 2.9"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.4 1.6"/>',
    "calendar": '<rect x="2.5" y="3.5" width="11" height="10" rx="1.5"/><path d="M2.5 6.8h11M5.5 1.8v3M10.5 1.8v3"/>',
    "dots": '<path d="M3.5 8h.2M8 8h.2M12.5 8h.2"/>',
    "phone": '<rect x="4.5" y="1.5" width="7" height="13" rx="1.5"/><path d="M7.2 12h1.6"/>',
    "search": '<circle cx="7" cy="7" r="4.3"/><path d="m10.3 10.3 3.4 3.4"/>',
    "add": '<path d="M8 3v10M3 8h10"/>',
    "help": '<circle cx="8" cy="8" r="6.2"/><path d="M6.2 6.4c.2-2.3 3.7-2.2 3.7 0 0 1.3-1.8 1.4-1.8 2.9M8 11.5v.2"/>',
    "bot": '<rect x="3" y="5.5" width="10" height="7.5" rx="2"/><path d="M8 5.5V3M6.2 9h.2M9.7 9h.2"/>',
    "cut": '<path d="M6.3 9.7 4.9 11a2.4 2.4 0 0 1-3.4-3.4l2.2-2.1m6-3.2L11 1a2.4 2.4 0 0 1 3.4 3.4l-2.2 2.2M3 2.5l10 11"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2"/><path d="M4.5 9.5h7v4h-7z"/>',
    "warning": '<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.4v3.4M8 11.6v.2"/>',
}


def icon(name: str, size: int = 16) -> Markup:
    """A drawing beside words; never the only carrier of a meaning, so it is hidden from screen readers."""
    return Markup(  # noqa: S704 - only what stands above
        f'<svg class="icon" width="{size}" height="{size}" viewBox="0 0 16 16" fill="none" stroke="currentColor" '
        'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f"{_DRAWINGS[name]}</svg>"
    )
