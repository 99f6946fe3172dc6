"""The scale beside the bars of a day counts whole records, and reaches as high as the highest bar."""

import re

from hypothesis import given
from hypothesis import strategies as st
from koppel_admin.charts import Bar, stacked


@given(st.integers(0, 10_000_000))
def test_the_scale_is_of_whole_records(most):
    scale = [int(text) for text in re.findall(r'text-anchor="end">(\d+)<', stacked([Bar("00", most)], "Orders"))]
    assert (len(scale), scale[0]) == (5, 0)
    assert [one * 4 for one in scale] == [scale[4] * place for place in range(5)]
    assert most <= scale[4] <= max(4, 3 * most)
