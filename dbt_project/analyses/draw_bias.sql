-- Question: Does a low or a high draw help at a course, and over which distance?
-- Answer: prb by third of the draw, low to high; 0.5 in each third means no bias. A/E says whether prices know of
--   it.
-- Caveats: Flat races with stalls only. Bias changes with going, rail and pace; small cells are noise.
--   fct_draw_bias has the same as known before each race.
-- Vars: course (all together), days (1826), day (newest)
-- Columns: distance_band, draw_third, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

drawn as (
    select
        *,
        ntile(3) over (partition by race_id order by draw) as third
    from {{ ref('fct_runners') }}
    where
        draw is not null
        and race_code = 'flat'
        and field_size >= 6
        and {{ in_last_days('race_date', 1826) }}
        {%- if var('course', none) is not none %}
        and course = '{{ var('course') | replace("'", "''") }}'
        {%- endif %}
)

select
    distance_band,
    case third when 1 then 'low' when 2 then 'middle' else 'high' end as draw_third,
    {{ record_of_runs('drawn') }}
from drawn
group by distance_band, third
order by distance_band, third
