{#- A query for the listings of some races by the scrapes that count, with `does_count`: false for an import of a race that
    a scrape knows already.

    Rows that others scraped are believed only until we look ourselves: an import of a race counts where nothing that was
    scraped before it speaks of the race (a result, void or abandoned) or has read its slice whole. What is scraped later
    comes on top of it, as after any other scrape. So any scrape wins, whatever the times of files say, and in whichever
    order the runs arrive.

    races, scrapes, touched: as in race_events. -#}
{% macro listings_that_count(races, scrapes, touched) %}
    select
        *,
        not is_import or (
            (first_spoken_at is null or scraped_at < first_spoken_at)
            and (first_whole_at is null or scraped_at < first_whole_at)
        ) as does_count
    from (
        select
            staged.*,
            touched.loaded_at,
            counting.is_import,
            min(
                case
                    when not counting.is_import and staged.status in ('result', 'void', 'abandoned') then staged.scraped_at
                end
            ) over (partition by staged.race_id) as first_spoken_at,
            read_whole.first_whole_at
        from {{ races }} as staged
        inner join {{ touched }} as touched on staged.race_id = touched.race_id
        inner join {{ scrapes }} as counting
            on
                staged.run_id = counting.run_id
                and staged.country = counting.country
                and staged.race_date = counting.race_date
        left join (
            select
                country,
                race_date,
                min(scraped_at) as first_whole_at
            from {{ scrapes }}
            where is_whole
            group by country, race_date
        ) as read_whole on staged.country = read_whole.country and staged.race_date = read_whole.race_date
    ) as told
{%- endmacro %}
