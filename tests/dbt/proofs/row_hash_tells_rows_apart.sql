-- The fingerprint changes with the facts and with every rating, and NULL is not zero.
{% set fixtures = [['a', 1, 'null'], ['b', 1, 'null'], ['a', 'null', 1], ['a', 1, 0], ['a', 10, 'null'], ['a', 1, 1]] %}

with

hashed as (
    {% for facts_hash, x, y in fixtures %}
    select {{ row_hash("'" ~ facts_hash ~ "'", [x, y]) }} as row_hash
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    count(distinct row_hash) as different,
    count(*) as fixtures
from hashed
having count(distinct row_hash) <> count(*)
