-- Slices whose newest scrape would take away more than can be believed unseen: nothing of it is in any table. Warns
-- only: the tables are as good as before it. Scrape again; if the loss is real, let it through:
-- dbt build --vars 'allow_shrink: [gb 2026-11-20]'
{{ config(severity='warn') }}

{{ held_back_slices(ref('slice_decisions')) }}
