{#- A query for everything staging says about races, one row per race and run: the race's own staged rows, and
    an `unlisted` row wherever a slice was scraped whole and no longer lists a race it listed before.

    A listing is in force until the race is listed again, in whichever slice: a race that moved to another
    date is not unlisted by a later scrape of its old date.

    races, slices: the staging relations. since: first `scraped_on` to read ('' for all).
    known: relation with the races merged so far, for races last listed before `since`; none on a full refresh. -#}
{% macro race_events(races, slices, since, known=none) %}
    with staged as (
        select * from {{ races }}
        where scraped_on >= '{{ since }}'
    ),

    whole_slices as (
        select
            country,
            race_date,
            run_id,
            scraped_at
        from {{ slices }}
        where
            scraped_on >= '{{ since }}'
            and status = 'complete'
            and selection = 'all'
    ),

    listings as (
        select
            race_id,
            country,
            race_date,
            course_id,
            course,
            off_time,
            race_name,
            scraped_at
        from staged
        {%- if known is not none %}
        union all
        select
            known.race_id,
            known.country,
            known.race_date,
            known.course_id,
            known.course,
            known.off_time,
            known.race_name,
            known.scraped_at
        from {{ known }} as known
        inner join (select distinct country, race_date from whole_slices) as slices_seen
            on known.country = slices_seen.country and known.race_date = slices_seen.race_date
        {%- endif %}
    ),

    listing_spans as (
        select
            *,
            lead(scraped_at) over (partition by race_id order by scraped_at) as listed_again_at
        from listings
    )

    select
        race_id,
        country,
        race_date,
        course_id,
        course,
        off_time,
        race_name,
        status,
        index_runners,
        declared_runners,
        rows_staged,
        content_hash,
        run_id,
        scraped_at
    from staged
    union all
    select
        listing_spans.race_id,
        listing_spans.country,
        listing_spans.race_date,
        listing_spans.course_id,
        listing_spans.course,
        listing_spans.off_time,
        listing_spans.race_name,
        'unlisted' as status,
        cast(null as integer) as index_runners,
        cast(null as integer) as declared_runners,
        0 as rows_staged,
        cast(null as varchar) as content_hash,
        whole_slices.run_id,
        whole_slices.scraped_at
    from listing_spans
    inner join whole_slices
        on
            listing_spans.country = whole_slices.country
            and listing_spans.race_date = whole_slices.race_date
            and listing_spans.scraped_at < whole_slices.scraped_at
    where listing_spans.listed_again_at is null or whole_slices.scraped_at < listing_spans.listed_again_at
{%- endmacro %}
