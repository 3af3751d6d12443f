# Runs the guest's tests: every function test_* of the selected files, each in a shell of its own.
cd /tests
passed=0 failed=0 skipped=0
selection=$(cat selection)
for file in *.sh; do
	name=${file%.sh}
	case $name in run | lib) continue ;; esac
	if [ -n "$selection" ]; then case " $selection " in *" $name "*) ;; *) continue ;; esac; fi
	for test in $(sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "$file"); do
		output=$(timeout 60 sh -c ". /tests/lib.sh; . /tests/$file; trap cleanup EXIT; $test; nothing_left" 2>&1)
		case $? in
		0) passed=$((passed + 1)); echo "ok $name $test" ;;
		77) skipped=$((skipped + 1)); echo "skipped $name $test: $output" ;;
		*) failed=$((failed + 1)); echo "FAILED $name $test"; echo "$output" | sed 's/^/    /' ;;
		esac
	done
done
echo "$passed passed, $failed failed, $skipped skipped"
