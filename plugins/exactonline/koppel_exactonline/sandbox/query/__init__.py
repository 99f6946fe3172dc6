"""The query dialect: $filter, $select, $orderby, paging."""
