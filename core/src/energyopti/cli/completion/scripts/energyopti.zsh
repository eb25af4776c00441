#compdef energyopti
# Completion of energyopti for zsh: eval "$(energyopti completion zsh)", after compinit
_energyopti() {
    local command=${${(Q)words[1]}/#\~\//$HOME/} how line width=0
    local -a lines values shown
    lines=("${(@f)$($command __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    how=$lines[1]
    case $how in
    files) _files; return ;;
    folders) _files -/; return ;;
    esac
    for line in "${(@)lines[2,-1]}"; do
        values+=("${line%%$'\t'*}")
        (( ${#values[-1]} > width )) && width=${#values[-1]}
    done
    (( ${#values} )) || return 1
    for line in "${(@)lines[2,-1]}"; do
        if [[ -n ${line#*$'\t'} ]]; then
            shown+=("${(r:width:)${line%%$'\t'*}}  ${line#*$'\t'}")
        else
            shown+=("${line%%$'\t'*}")
        fi
    done
    local -a how_to
    [[ $how == open ]] && how_to=(-S '')
    [[ ${(M)lines[2,-1]:#*$'\t'?*} ]] && how_to+=(-l)
    compadd -U "${how_to[@]}" -d shown -a values
}
if [[ $funcstack[1] == _energyopti ]]; then
    _energyopti "$@"
else
    compdef _energyopti energyopti
fi
