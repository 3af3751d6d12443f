# Puts the results with runc beside those with ocirun, and judges. Reads the listed differences (test, who, reason), what tests showed unequally
# (test, difference), and the lines of all passes; writes the table to "results" and the judgements to its output.
BEGIN { FS = OFS = "\t" }
FILENAME == differences { if ($0 !~ /^#/ && NF == 3) { who[$1] = $2; why[$1] = $3 } next }
FILENAME == unequal { if (!($1 in shown)) shown[$1] = $2; next }
$7 == "runc" { peer[$2 "." $3] = $4; said[$2 "." $3] = $6; next }
{ row[++rows] = $0 }

function first(text) { return substr(text, 1, index(text "\\n", "\\n") - 1) }
function judge(test, outcome,    other) {
	other = peer[test]
	if (outcome == "failed" && other == "failed" && who[test] == "both") { reason = why[test]; return "skipped" }
	if (outcome == "failed") verdict = "there is nothing to compare it with"
	if (outcome == "failed" && other == "passed") verdict = "it passes with runc: the fault is ocirun's"
	if (outcome == "failed" && other == "failed") verdict = "it fails with runc too: the fault is the engine's, this machine's or the test's"
	if (outcome == "passed" && other == "passed" && (test in shown) && who[test] != "shown") {
		outcome = "failed"; reason = "runc (<) and ocirun (>) differ:\\n" shown[test]; verdict = "both pass, and show different things"
	}
	return outcome
}

END {
	for (i = 1; i <= rows; i++) {
		n = split(row[i], field, "\t"); test = field[2] "." field[3]; reason = field[6]; verdict = ""
		outcome = judge(test, field[4]); other = peer[test]; count[outcome]++
		mine = other == "failed" ? (who[test] == "runc" ? why[test] : first(said[test])) : ""
		if (verdict != "") { text = reason; gsub(/\\n/, "\n    ", text); print "FAILED " field[2] " " field[3] ": " verdict "\n    " text }
		if (outcome == "passed" && other == "failed") print "differs: " test " fails with runc alone: " mine
		if (outcome == "skipped" && field[4] == "failed") print "skipped: " reason " (" test ")"
		if (who[test] != "" && outcome == "passed" && other == "passed" && !(test in shown)) print "no longer different: " test
		if (other != "") { beside++; pairs[field[4] " " other]++ }
		if (results != "") print field[1], field[2], field[3], outcome, field[5], reason, other, mine >results
	}
	if (beside) printf "beside runc: %d pass with both, %d with ocirun alone, %d with runc alone, %d with neither, %d skipped with one or both\n", pairs["passed passed"], pairs["passed failed"], pairs["failed passed"], pairs["failed failed"], beside - pairs["passed passed"] - pairs["passed failed"] - pairs["failed passed"] - pairs["failed failed"]
	printf "%d passed, %d failed, %d skipped\n", count["passed"], count["failed"], count["skipped"]
	exit count["failed"] > 0
}
