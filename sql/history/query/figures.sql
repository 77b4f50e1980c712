-- The figures. ?1 and ?2 are the first and the last window; every row starts with its window.
-- The tables that are counted here besides the history's own are in selection.sql.

-- name: figures_heads
-- Counted outside, as contributors_heads is: SQLite would sort all commits, or keep a tree of those
-- it has seen.
SELECT window, person, employer FROM authored WHERE window BETWEEN ?1 AND ?2 ORDER BY window;

-- name: figures_newcomers
SELECT a.window, count(DISTINCT a.person)
FROM authored AS a
WHERE a.window BETWEEN ?1 AND ?2
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.window = a.window AND k.person = a.person)
GROUP BY a.window;

-- name: figures_lines
SELECT window, sum(added), sum(deleted) FROM touched
WHERE window BETWEEN ?1 AND ?2
GROUP BY window;

-- name: figures_credits
-- Lines that give credit, in the commits of anybody; an employer's are those its people gave.
SELECT s.window, sum(t.kind = 'Reviewed-by'), sum(t.kind = 'Acked-by'),
       sum(t.kind = 'Tested-by'), sum(t.kind = 'Reported-by')
FROM selected AS s
CROSS JOIN trailers AS t ON t.commit_id = s.commit_id
WHERE s.window BETWEEN ?1 AND ?2 AND NOT t.negative
  AND (s.only_employer IS NULL
       OR EXISTS (SELECT 1 FROM spans AS e
                  WHERE e.joins = s.joins AND e.identity = t.identity AND e.since <= s.author_time
                    AND e.until > s.author_time AND e.employer = s.only_employer))
GROUP BY s.window;

-- The same by contributor, of window ?1: who is the person (?2 = 0) or the employer (?2 = 1).

-- name: contributors_heads
SELECT CASE ?2 WHEN 0 THEN person ELSE employer END AS who, person, time FROM authored
WHERE window = ?1;

-- name: contributors_lines
SELECT CASE ?2 WHEN 0 THEN person ELSE employer END AS who, sum(added), sum(deleted)
FROM touched
WHERE window = ?1
GROUP BY who;

-- name: contributors_credits
SELECT CASE ?2 WHEN 0 THEN p.person ELSE e.employer END AS who,
       sum(t.kind = 'Reviewed-by'), sum(t.kind = 'Acked-by'),
       sum(t.kind = 'Tested-by'), sum(t.kind = 'Reported-by')
FROM selected AS s
CROSS JOIN trailers AS t ON t.commit_id = s.commit_id
CROSS JOIN persons AS p ON p.people = s.people AND p.identity = t.identity
CROSS JOIN spans AS e ON e.joins = s.joins AND e.identity = t.identity AND e.since <= s.author_time
    AND e.until > s.author_time
WHERE s.window = ?1 AND NOT t.negative
  AND t.kind IN ('Reviewed-by', 'Acked-by', 'Tested-by', 'Reported-by')
  AND (s.only_employer IS NULL OR e.employer = s.only_employer)
GROUP BY who;

-- name: contributors_employers
-- For whom each person wrote commits, and for whom those who only gave credit gave most.
SELECT person, employer, count(*) AS times FROM authored
WHERE window = ?1 AND person IS NOT NULL
GROUP BY person, employer
ORDER BY person, times DESC, employer;

-- name: contributors_credit_employers
SELECT p.person, e.employer, count(*) AS times
FROM selected AS s
CROSS JOIN trailers AS t ON t.commit_id = s.commit_id
CROSS JOIN persons AS p ON p.people = s.people AND p.identity = t.identity
CROSS JOIN spans AS e ON e.joins = s.joins AND e.identity = t.identity AND e.since <= s.author_time
    AND e.until > s.author_time
WHERE s.window = ?1 AND NOT t.negative
  AND t.kind IN ('Reviewed-by', 'Acked-by', 'Tested-by', 'Reported-by')
GROUP BY p.person, e.employer
ORDER BY p.person, times DESC, e.employer;

-- name: contributors_new_employers
-- Employers that had not contributed before the window, by commits.
SELECT a.employer, count(*) AS commits FROM authored AS a
WHERE a.window = ?1 AND a.employer > 0
  AND NOT EXISTS (SELECT 1 FROM known_employers AS k
                  WHERE k.window = a.window AND k.employer = a.employer)
GROUP BY a.employer
ORDER BY commits DESC, a.employer;

-- name: contributors_new_people
SELECT a.person, count(*) AS commits FROM authored AS a
WHERE a.window = ?1 AND a.person IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.window = a.window AND k.person = a.person)
GROUP BY a.person
ORDER BY commits DESC, a.person;
