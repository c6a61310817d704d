"""Reports of a run: each is a function of the runner's events, so that all of them tell the same story.

    plan        scenario, title, workspace, logs, items
    page-start  page, title, kind
    item-start  id, page, kind, title, place
    item-end    the same, and text, outcome, duration, status, reason, output, log
    page-end    page, duration
    note        message
    end         ok, interrupted, duration, passed, failed, skipped (counts), not_run, notes, logs
"""
