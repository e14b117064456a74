{#- A query for everything the scrapes that count say about some races, one row per race and run: the race's own staged rows,
    and an `unlisted` row wherever a slice was scraped whole and no longer lists a race it listed before.

    A listing is in force until the race is listed again, in whichever slice: a race that moved to another
    date is not unlisted by a later scrape of its old date.

    A doubtful page that shows fewer runners than the race had before says nothing: its status here is `doubtful`, which is not
    an accepted one. What it lacks is not known to be gone.

    Any scrape of a race wins over any import of it, see listings_that_count.

    races: staged races (see staged_rows). scrapes: CTE of the scrapes that count (run_id, country, race_date, scraped_at,
    is_whole, is_import). touched: CTE of the races asked for (race_id, loaded_at).

    The staged races are read once: Trino would read a CTE anew for each use. -#}
{% macro race_events(races, scrapes, touched) %}
    with listings as (
        {{ listings_that_count(races, scrapes, touched) }}
    ),

    listing_spans as (
        select
            staged.race_id,
            staged.country,
            staged.race_date,
            staged.course_id,
            staged.course,
            staged.off_time,
            staged.race_name,
            case
                when
                    coalesce(staged.is_doubtful, false)
                    and staged.rows_staged < max(staged.rows_staged) over (
                        partition by staged.race_id order by staged.scraped_at
                        rows between unbounded preceding and 1 preceding
                    )
                    then 'doubtful'
                else staged.status
            end as status,
            staged.index_runners,
            staged.declared_runners,
            staged.rows_staged,
            staged.content_hash,
            staged.run_id,
            staged.scraped_at,
            staged.loaded_at,
            lead(staged.scraped_at) over (partition by staged.race_id order by staged.scraped_at) as listed_again_at
        from listings as staged
        where staged.does_count
    )

    select
        listing_spans.race_id,
        listing_spans.country,
        listing_spans.race_date,
        listing_spans.course_id,
        listing_spans.course,
        listing_spans.off_time,
        listing_spans.race_name,
        case when kinds.is_unlisting then 'unlisted' else listing_spans.status end as status,
        case when not kinds.is_unlisting then listing_spans.index_runners end as index_runners,
        case when not kinds.is_unlisting then listing_spans.declared_runners end as declared_runners,
        case when kinds.is_unlisting then 0 else listing_spans.rows_staged end as rows_staged,
        case when not kinds.is_unlisting then listing_spans.content_hash end as content_hash,
        case when kinds.is_unlisting then whole.run_id else listing_spans.run_id end as run_id,
        case when kinds.is_unlisting then whole.scraped_at else listing_spans.scraped_at end as scraped_at,
        listing_spans.loaded_at
    from listing_spans
    cross join (values (false), (true)) as kinds (is_unlisting)
    left join (select * from {{ scrapes }} where is_whole) as whole
        on
            -- Comparisons alone: with anything else in an outer join, DuckDB compares all with all.
            case when kinds.is_unlisting then listing_spans.country end = whole.country
            and listing_spans.race_date = whole.race_date
            and listing_spans.scraped_at < whole.scraped_at
            and coalesce(listing_spans.listed_again_at, timestamp '9999-12-31 00:00:00.000000') > whole.scraped_at
    where not kinds.is_unlisting or whole.run_id is not null
{%- endmacro %}
