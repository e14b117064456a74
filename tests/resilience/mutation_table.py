"""Each safety of the program, taken out: the exact text, what takes its place, and the test that must then fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """One safety taken out of one file."""

    name: str
    file: str
    text: str
    instead: str
    test: str


STAGE, RUN, FETCH, LAKE = "tests/unit/stage/", "tests/unit/run/", "tests/unit/fetch/", "tests/unit/lake/"
IMPORT = "tests/unit/importing/"
MUTATIONS = [
    Mutation(
        "no lock on the warehouse",
        "lake/lock.py", "self._lock.acquire(timeout=0)", "pass",
        LAKE + "test_lock.py::test_the_second_is_told_who_is_at_work_and_since_when",
    ),
    Mutation(
        "a build takes no lock",
        "lake/plugin/plugin.py", "hold(self._warehouse)", "pass",
        LAKE + "plugin/test_invocation.py::test_the_lock_is_held_while_dbt_is_at_work",
    ),
    Mutation(
        "a build on Athena takes no lock",
        "lake/plugin/athena.py", "hold_by(self._lock_name, self._take)", "pass",
        LAKE + "athena/test_adapter.py::test_dbt_stops_before_it_touches_anything_while_another_command_writes",
    ),
    Mutation(
        "a build on Athena goes on without its lock",
        "lake/plugin/athena.py", "_leases[self._lock_name].check()", "pass",
        LAKE + "athena/test_adapter.py::test_a_command_that_lost_its_lock_writes_no_more",
    ),
    Mutation(
        "the sweep of S3 does not ask Glue",
        "lake/athena/leftovers.py", "location.startswith(address) or address.startswith(location)", "False",
        LAKE + "athena/test_leftovers.py::test_a_folder_that_no_table_names_goes_and_that_of_a_table_stays",
    ),
    Mutation(
        "the sweep of S3 takes young files",
        "lake/athena/leftovers.py", "if now - folder.youngest > age", "if folder.keys",
        LAKE + "athena/test_leftovers.py::test_one_young_file_keeps_a_folder",
    ),
    Mutation(
        "a rollback on Athena stops half way",
        "lake/iceberg/together.py", "undo.callback(_make_current, table, current)", "pass",
        LAKE + "athena/test_way_back.py::test_if_one_table_cannot_go_back_the_others_are_put_forward_again",
    ),
    Mutation(
        "no lock on the staging folder",
        "extract/stage/lock.py", "lock.acquire(timeout=0)", "pass",
        STAGE + "test_lock.py::test_of_eight_threads_one_gets_it",
    ),
    Mutation(
        "the lock in S3 is taken without a condition",
        "extract/stage/lease.py", 'self._write(released=False, IfNoneMatch="*")', "self._write(released=False)",
        STAGE + "test_lease.py::test_of_eight_who_see_it_free_one_gets_it",
    ),
    Mutation(
        "a run exists before it is committed",
        "extract/stage/manifest.py", 'return _runs(storage, "slices")', 'return _runs(storage, "races")',
        STAGE + "test_staging.py::test_a_run_exists_only_once_it_is_committed",
    ),
    Mutation(
        "staged files are overwritten",
        "extract/stage/folder.py", "self._put(path, data, os.link)", "self._put(path, data, os.replace)",
        STAGE + "test_storage.py::test_nothing_is_ever_overwritten",
    ),
    Mutation(
        "staged files are written in place",
        "extract/stage/folder.py", "handle, name = tempfile.mkstemp(dir=target.parent, prefix=TEMPORARY)",
        "handle, name = os.open(target.with_suffix('.part.csv'), os.O_CREAT | os.O_WRONLY), str(target.with_suffix('.part.csv'))",
        STAGE + "test_storage.py::test_a_folder_shows_no_half_written_file",
    ),
    Mutation(
        "no checksum of results",
        "extract/stage/verify.py", 'row.get("results_sha256") != file.sha256', "False",
        STAGE + "test_verify.py::test_every_damage_is_found",
    ),
    Mutation(
        "no seal of slices",
        "extract/stage/verify.py", "if slices.is_sealed is False:", "if False:",
        STAGE + "test_verify.py::test_every_damage_is_found",
    ),
    Mutation(
        "a build reads new files unchecked",
        "lake/plugin/plugin.py", "check_new_runs(self._staging, [] if is_full_refresh() else found, paths(self._seen))", "pass",
        LAKE + "plugin/test_staged.py::test_a_build_stops_before_any_table_changes",
    ),
    Mutation(
        "a withdrawn run still counts",
        "extract/stage/withdrawals.py", 'if last.action == "withdrawn"}', "if not last}",
        STAGE + "test_withdrawals.py::test_a_withdrawn_run_stays_staged_and_can_be_restored",
    ),
    Mutation(
        "an index is believed at first sight",
        "extract/run/belief.py", "return max(moments) - min(moments) >= APART", "return True",
        RUN + "test_belief.py::test_an_index_that_lacks_races_is_partial_until_seen_twice_some_minutes_apart",
    ),
    Mutation(
        "a page is believed whatever the index lists",
        "extract/run/race_step.py", "len(result.rows) >= race.index_runners", "len(result.rows) >= 0",
        RUN + "test_boundary.py::test_a_page_that_shows_less_than_the_index_is_staged_and_marked",
    ),
    Mutation(
        "a settled race is never due again",
        "extract/run/settled.py", ">= due_at_age(race.race_date, today) else None", ">= 0 else None",
        RUN + "test_settled.py::test_every_page_is_asked_for_once_a_week_after_the_race",
    ),
    Mutation(
        "a settled race is not held against the index",
        "extract/run/settled.py", "if any(last[name] != getattr(race, name) for name in LISTED):", "if False:",
        RUN + "test_settled.py::test_a_race_that_was_not_final_or_that_the_index_tells_otherwise_is_asked_for",
    ),
    Mutation(
        "the last look at a date is not whole",
        "extract/run/settled_pages.py", "race.race_date > self.after and ", "",
        RUN + "test_settled_pages.py::test_the_oldest_date_is_asked_for_whole",
    ),
    Mutation(
        "a retry takes the pages of a withdrawn run",
        "extract/run/setup.py", "StoredPages(store, withdrawn)", "StoredPages(store)",
        RUN + "test_settled_pages.py::test_a_retry_takes_no_page_of_a_withdrawn_run",
    ),
    Mutation(
        "a source that says unchanged to everything",
        "extract/fetch/conditions.py", 'Question(validators.catch_question, is_catch=True)', 'Question(validators.question, is_catch=False)',
        FETCH + "test_conditions.py::test_a_source_that_says_unchanged_to_everything_is_believed_in_nothing",
    ),
    Mutation(
        "unchanged, by another name",
        "extract/fetch/conditions.py", '_opaque(etag) != _opaque(validators.etag)', 'False',
        FETCH + "test_conditions.py::test_an_unchanged_page_of_another_name_is_had_whole_and_a_weak_name_is_the_same",
    ),
    Mutation(
        "a payload that another file holds is not proven",
        "extract/stage/page_note.py", 'self.sha256 is None or', 'True or',
        STAGE + "test_same_pages.py::test_where_the_file_with_the_payload_is_gone_or_another_the_page_is_damaged",
    ),
    Mutation(
        "a page is held by another's file",
        "extract/stage/pages.py", 'there[:3] == here[:3]', 'True',
        STAGE + "test_same_pages.py::test_pages_of_another_race_and_those_of_older_versions_are_taken_as_they_are",
    ),
    Mutation(
        "what another version stored is not had anew",
        "extract/run/earlier_pages.py", '(said.address, said.version) != (address, VERSION)', 'False',
        RUN + "test_unchanged_pages.py::test_a_page_that_cannot_stand_for_what_the_source_has_is_asked_for_whole",
    ),
    Mutation(
        "a withdrawn run's payload stands for a page",
        "extract/run/earlier_pages.py", ' or found.had_by in self.withdrawn', '',
        RUN + "test_unchanged_pages.py::test_a_page_that_cannot_stand_for_what_the_source_has_is_asked_for_whole",
    ),
    Mutation(
        "a withdrawn run's payload stands for a settled race",
        "extract/run/settled_pages.py", ' or stored.had_by in self.withdrawn', '',
        RUN + "test_unchanged_mornings.py::test_no_settled_race_rests_on_the_payload_of_a_withdrawn_run",
    ),
    Mutation(
        "a withdrawn run's payload in a retry",
        "extract/run/stored_pages.py", 'if stored.had_by in self.without:', 'if False:',
        RUN + "test_unchanged_pages.py::test_a_page_of_which_only_a_withdrawn_run_had_the_payload_is_no_good_page_of_a_retry",
    ),
    Mutation(
        "a second look that may be spared",
        "extract/run/live_pages.py", 'again = self._look(race.path, shown, None, stored)', 'again = self._look(race.path, shown, known(stored, race.path, read), stored)',
        RUN + "test_unchanged_pages.py::test_what_will_not_do_is_looked_at_whole",
    ),
    Mutation(
        "resume beside a newer run",
        "extract/run/rerun.py", "    if not left:", "    if False:",
        RUN + "test_rerun.py::test_resume_leaves_out_what_newer_runs_committed_and_is_refused_when_that_is_all",
    ),
    Mutation(
        "a clock that is behind",
        "extract/run/setup.py", "if newest.scraped_at - run.scraped_at > CLOCKS_AGREE:", "if False:",
        RUN + "test_rerun.py::test_a_clock_behind_the_newest_run_is_refused",
    ),
    Mutation(
        "no deadline",
        "extract/fetch/halt.py", "self._clock() >= self._until", "False",
        FETCH + "test_client.py::test_after_the_deadline_no_request_begins",
    ),
    Mutation(
        "refusals do not end a run",
        "extract/fetch/breaker.py", "if too_many or too_long:", "if False:",
        FETCH + "test_client.py::test_refused_again_and_again_the_run_stops_and_says_what_to_do",
    ),
    Mutation(
        "outages do not end a run",
        "extract/fetch/breaker.py", "if count >= self.patience.outages:", "if False:",
        FETCH + "test_client.py::test_a_dead_source_ends_the_run",
    ),
    Mutation(
        "no limit to a response's size",
        "extract/fetch/by_requests.py", "if len(body) > self._limits.bytes:", "if False:",
        FETCH + "test_transport.py::test_a_small_body_that_decodes_to_a_huge_one_is_stopped",
    ),
    Mutation(
        "credentials for every source",
        "extract/fetch/credentials.py", "if origin_of(base_url) != meant_for:", "if False:",
        "tests/unit/cli/test_politeness.py::test_scheme_host_and_port_all_decide",
    ),
    Mutation(
        "no check of the snapshots that a build has read",
        "lake/iceberg/readings.py", "raise _conflict(name)", "pass",
        LAKE + "merge/test_merge.py::test_another_table_that_the_build_has_read_must_be_as_it_was_too",
    ),
    Mutation(
        "keys may be doubled",
        "lake/merge/plan.py", "    if doubled:", "    if False:",
        LAKE + "merge/test_merge.py::test_unfit_keys_are_refused",
    ),
    Mutation(
        "young files are swept",
        "lake/iceberg/maintain.py", "max(minimum_age, NEVER_SWEPT)", "minimum_age",
        LAKE + "iceberg/test_care.py::test_young_files_are_never_swept",
    ),
    Mutation(
        "a lost catalog is replaced in silence",
        "lake/iceberg/warehouse.py", 'is missing, beside tables" if has_tables(folder) else ""', '" if False else ""',
        LAKE + "test_doctor.py::test_a_lost_catalog_is_never_replaced_in_silence_and_can_be_mended",
    ),
    Mutation(
        "a rollback withdraws nothing",
        "lake/cli/rollback.py", "withdraw(storage, runs, reason, datetime.now(UTC))", "pass",
        LAKE + "test_rollback.py::test_all_tables_go_back_to_between_two_builds_and_the_runs_are_withdrawn",
    ),
    Mutation(
        "a sweep vouches for what others wrote",
        "lake/plugin/scope.py", "or not only_built_since(tables, then)", "",
        LAKE + "plugin/test_scope.py::test_a_sweep_vouches_for_nothing_that_others_did",
    ),
    Mutation(
        "dates that hang together are not tested together",
        "lake/plugin/scope.py", "inner join moved as other on here.race_id = other.race_id",
        "inner join moved as other on here.race_id = other.race_id and here.race_date = other.race_date",
        LAKE + "plugin/test_scope.py::test_dates_that_hang_together_by_races_that_moved_are_tested_together",
    ),
    Mutation(
        "a mended slices file is not noticed",
        "lake/plugin/staged_days.py", "known.get(day) != found.fingerprint", "day not in known",
        LAKE + "plugin/test_staged_days.py::test_a_day_with_a_changed_file_is_listed_anew",
    ),
    Mutation(
        "a view over staged files is kept whatever it reads",
        "lake/duck/staging_views.py", "if there.get(table) != mark:", "if table not in there:",
        LAKE + "duck/test_staging_views.py::test_a_view_that_reads_what_it_should_is_left_alone",
    ),
    Mutation(
        "a race that moved is not weighed",
        "macros/slices/decide_slices.sql", "{%- if shared %}", "{%- if false %}",
        "tests/unit/dbt/test_log_against_oracle.py::"
        "test_a_loss_is_found_where_a_race_moved_between_slices_that_were_scraped_once_each",
    ),
    Mutation(
        "no guard against large losses",
        "macros/slices/slice_losses.sql",
        "rows_lost > {{ var('shrink_limit') }} * rows_before or races_halved > 0 as is_large", "false as is_large",
        "tests/pipeline/test_order.py::test_a_large_loss_holds_back_its_slice_alone",
    ),
    Mutation(
        "an import drops what it sets aside",
        "extract/importing/staging.py", "self.read.set_aside.write(self.writer.storage, self.writer.run.run_id)", "pass",
        IMPORT + "test_importer.py::test_rows_set_aside_lie_beside_the_run_with_file_line_and_reason",
    ),
    Mutation(
        "an import counts some rows twice",
        "extract/importing/staging.py", 'self._count("duplicate", before)', 'self._count("staged", before)',
        IMPORT + "test_reconciliation.py::test_every_kind_of_dirt_is_counted_to_the_row_and_leaves_the_clean_rows_as_they_were",
    ),
    Mutation(
        "a later import forgets what an earlier one knew",
        "extract/importing/race.py", "known[name] if value is None else value", "value",
        IMPORT + "test_importer.py::test_a_later_import_wins_and_never_takes_a_known_value_away",
    ),
    Mutation(
        "an import is taken for a look at the source",
        "extract/run/history.py", "withdrawn_runs(storage).keys() | set(imported_runs(storage))", "withdrawn_runs(storage).keys()",
        IMPORT + "test_other_commands.py::test_an_import_tells_nothing_of_what_an_index_lists",
    ),
    Mutation(
        "an import dated after a scrape changes what it shows",
        "macros/listings_that_count.sql", "not is_import or (", "true or (",
        "tests/unit/dbt/test_imports_against_oracle.py::test_a_scrape_wins_over_an_import_whatever_the_times_say",
    ),
]  # fmt: skip
