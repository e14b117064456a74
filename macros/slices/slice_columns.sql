{#- What a slices file says of a slice, as kept in `run_slices` and compared at every build: an entry that differs was mended.
    The checksums stand for the runner rows and for the races; runs of older versions have none of the races. -#}
{% macro slice_columns() %}
    {{- return([
        'scraped_at', 'status', 'selection', 'races_listed', 'races_result', 'races_void', 'races_abandoned',
        'races_pending', 'races_failed', 'rows_staged', 'results_sha256', 'races_sha256', 'scraped_on',
    ]) -}}
{% endmacro %}
