# Completion of energyopti for bash: eval "$(energyopti completion bash)"
_energyopti() {
    local line how='' command="${1/#\~\//$HOME/}"
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $how ]]; then how=$line; else COMPREPLY+=("$line"); fi
    done < <("$command" __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    if type compopt >/dev/null 2>&1; then
        case $how in
        open) compopt -o nospace ;;
        files) compopt -o default ;;
        folders) compopt -o dirnames ;;
        esac
    fi
}
complete -F _energyopti energyopti
