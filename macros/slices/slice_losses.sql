{#- A query for what scrapes take away, one row per scrape and slice that loses runners: against each race's scrape before it,
    runners that are gone, races that are gone whole, and races still a result that lost half their runners or more.
    `rows_before` are the runners the slice had, those of races that just moved there included.

    races, results: staged rows of the slices that can lose any (see weighed_slices). scrapes, touched: as in race_events. The scrapes that follow one that is
    held back are compared with the one before it; so this is asked again after each round of decide_slices. -#}
{% macro slice_losses(races, results, scrapes, touched) %}
    with events as (
        {{ race_events(races, scrapes, touched) }}
    ),

    scraped as (
        select
            race_id,
            run_id,
            country,
            race_date,
            status,
            scraped_at,
            row_number() over (partition by race_id order by scraped_at) as scrape_number
        from events
        where status in {{ accepted_statuses() }}
    ),

    observed as (
        select
            scraped.*,
            rows_seen.horse_id,
            lead(scraped.scrape_number) over (
                partition by scraped.race_id, rows_seen.horse_id order by scraped.scrape_number
            ) as seen_again_number
        from scraped
        left join (
            select distinct race_id, run_id, horse_id from {{ results }}
        ) as rows_seen
            on
                -- Only of a result: the run may have seen it in another slice, which is held back. (In the key, because
                -- an outer join with a condition on one side beside it is a comparison of all with all in DuckDB.)
                case when scraped.status = 'result' then scraped.race_id end = rows_seen.race_id
                and scraped.run_id = rows_seen.run_id
    ),

    counted as (
        select
            race_id,
            run_id,
            country,
            race_date,
            status,
            scraped_at,
            count(horse_id) as runners,
            sum(
                case when horse_id is not null and coalesce(seen_again_number, 0) <> scrape_number + 1 then 1 else 0 end
            ) as gone_next
        from observed
        group by race_id, run_id, country, race_date, status, scraped_at
    ),

    compared as (
        select
            *,
            coalesce(lag(runners) over (race_history), 0) as runners_before,
            coalesce(lag(gone_next) over (race_history), 0) as gone,
            lag(country) over (race_history) as country_before,
            lag(race_date) over (race_history) as race_date_before
        from counted
        window race_history as (partition by race_id order by scraped_at)
    ),

    -- What each scrape does to a slice's number of runners: it adds those seen, and takes those seen before from where they were.
    moves as (
        select
            case when kinds.is_leaving then compared.country_before else compared.country end as country,
            case when kinds.is_leaving then compared.race_date_before else compared.race_date end as race_date,
            compared.run_id,
            compared.scraped_at,
            case when kinds.is_leaving then -compared.runners_before else compared.runners end as change,
            case when kinds.is_leaving then 0 else compared.gone end as gone,
            case
                when
                    not kinds.is_leaving
                    and (
                        compared.country <> compared.country_before
                        or compared.race_date <> compared.race_date_before
                    )
                    then compared.runners_before
                else 0
            end as moved_in,
            case
                when not kinds.is_leaving and compared.runners_before > 0 and compared.runners = 0 then 1 else 0
            end as race_gone,
            case
                when
                    not kinds.is_leaving
                    and compared.status = 'result'
                    and compared.runners > 0
                    and compared.gone > 0
                    and 2 * compared.gone >= compared.runners_before
                    then 1
                else 0
            end as race_halved
        from compared
        cross join (values (false), (true)) as kinds (is_leaving)
        where not kinds.is_leaving or compared.country_before is not null
    ),

    summed as (
        select
            country,
            race_date,
            run_id,
            scraped_at,
            sum(change) as change,
            sum(moved_in) as moved_in,
            sum(gone) as rows_lost,
            sum(race_gone) as races_gone,
            sum(race_halved) as races_halved
        from moves
        group by country, race_date, run_id, scraped_at
    ),

    placed as (
        select
            *,
            moved_in + coalesce(sum(change) over (
                partition by country, race_date order by scraped_at
                rows between unbounded preceding and 1 preceding
            ), 0) as rows_before
        from summed
    )

    select
        run_id,
        country,
        race_date,
        scraped_at,
        cast(rows_before as integer) as rows_before,
        cast(rows_lost as integer) as rows_lost,
        cast(races_gone as integer) as races_gone,
        cast(races_halved as integer) as races_halved,
        rows_lost > {{ var('shrink_limit') }} * rows_before or races_halved > 0 as is_large
    from placed
    where rows_lost > 0
{%- endmacro %}
