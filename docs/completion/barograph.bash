# shellcheck shell=bash
# Completion of barograph's commands, options and their words. A lint test keeps it in step with
# the program's --help.

declare -gA _barograph_options=(
    [init]=''
    [mine]='--fetch --repository --again --jobs --problems --format'
    [weather]='--release --year --since --until --format --output --repository
              --spans --makeup --together --components --branches --date --merges --renames --monsters --component --people --merge --as-of'
    [releases]='--line --candidates --ignored --format --repository'
    [people]='--write --line --release --year --as-of --commits --format --repository'
    [figure]='--format --range --release --ends --year --from --to --branches --date --merges --renames
              --monsters --component --people --merge --as-of --employer --path --repository'
    [growth]='--format --range --release --ends --year --from --to --branches --date --merges --renames
              --monsters --component --people --merge --as-of --employer --path --repository'
    [reviews]='--spelling --format --range --release --ends --year --from --to --branches --date --merges --renames
              --monsters --component --people --merge --as-of --employer --path --repository'
    [community]='--months --silent --each --regions --format --range --release --ends --year --from --to --branches --date --merges --renames
              --monsters --component --people --merge --as-of --employer --path --repository'
    [maintainers]='--release --only --format --repository'
    [explain]='--format --range --release --ends --year --from --to --branches --date --merges --renames
              --monsters --component --people --merge --as-of --employer --path --repository'
    [reproduce]='--with --limit --format --range --release --ends --year --from --to --branches --date --merges --renames
              --monsters --component --people --merge --as-of --employer --path --repository'
    [export]='--format --range --release --ends --year --from --to --branches --date --merges --renames
              --monsters --component --people --merge --as-of --employer --path --repository'
    [audit]='--input --format'
    [check]='--all-tags --repository --format --json'
    [backports]='--mail --from --silence --no-trials --repository --format'
    [notes]='--by-component --announcement --sign --explain --format --output --repository'
    [advisory]='--title --number --cve --key --version --signed --for --into --passphrase-fd
              --reason --confirm-clock --override --format'
    [embargo]='--policy --date --reports --each --notice --ics --format'
    [resolve]='--all --report --format'
    [member]='--state --public --reason --on --fingerprint --published --version --heading --items
              --addresses --write --format'
    [rehearse]='--at --list --format'
    [predisclose]='--version --list --dry-run --confirm-clock --override --format'
    [announce]='--version --dry-run --confirm-clock --override --format'
    [outbox]='--reason --resend --confirm-clock --override --format'
    [publish]='--into --dry-run --force --passphrase-fd --confirm-clock --check --lag --format'
    [cve]='--amount --year --take --again --reason --site --confirm-clock --server --format'
    [ledger]='--format'
)
_barograph_everywhere='--directory --quiet --verbose --version --help'

# What may follow an option, or a command as its first argument.
declare -gA _barograph_words=(
    [--ends]='tags candidates forks'
    [--branches]='main stable main+stable all'
    [--date]='committer author'
    [--merges]='yes no'
    [--renames]='yes no'
    [--monsters]='yes no'
    [--people]='raw mailmap employer'
    [--format]='text md tsv csv html json svg'
    [--spelling]='exact any'
    [--input]='html md tsv csv'
    [advisory]='new edit import list show render diff lint waive freeze take revise disclose vacate
              withdraw prove log'
    [--for]='members public'
    [embargo]='policies plan simulate calendar watch'
    [member]='form add edit key apply accept decline suspend resume remove list show history doctor
             ack export import'
    [--items]='xen'
    [--state]='listed applied active suspended declined removed'
    [outbox]='list show who send notify resolve bounces'
    [cve]='reserve publish reject list show'
    [ledger]='verify list'
    [--policy]='curl dpdk envoy kubernetes linux-distros linux-kernel ocert xen'
    [people]='list suggest unknown evidence questions diff'
    [figure]='commits people employers newcomers lines-added lines-removed reviews acks tests
              reports
              growth people-growth average-growth share top-six'
    [growth]='years releases components monsters'
    [explain]='commits people employers newcomers lines-added lines-removed reviews acks tests
              reports
              growth people-growth average-growth share top-six'
    [maintainers]='sections people'
    [community]='newcomers quiet programmes countries'
    [--only]='one employer silent none'
    [reviews]='years releases components employers people'
    [export]='commits changes trailers releases people employers'
)

_barograph_from() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_barograph() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i
    # --option=word arrives in three words.
    if [ "$word" = = ]; then
        word=''
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -C | --directory) i=$((i + 1)) ;;
        -*) ;;
        *)
            command=${COMP_WORDS[i]}
            break
            ;;
        esac
    done
    case $before in
    -C | --directory) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    --output | --reports | --key) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --*)
        if [ -n "${_barograph_words[$before]-}" ]; then
            _barograph_from "${_barograph_words[$before]}" "$word"
            return
        fi
        ;;&
    *)
        if [[ $word == -* ]]; then
            _barograph_from "${_barograph_options[${command:-init}]-} $_barograph_everywhere" "$word"
        elif [ -z "$command" ]; then
            _barograph_from "help ${!_barograph_options[*]}" "$word"
        elif [ "$command" = help ]; then
            _barograph_from "${!_barograph_options[*]}" "$word"
        elif [ "$command" = init ]; then
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
        elif [ "$command" = audit ]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        elif [ "$before" = "$command" ]; then
            _barograph_from "${_barograph_words[$command]-}" "$word"
        fi
        ;;
    esac
}

complete -o filenames -o bashdefault -F _barograph barograph
