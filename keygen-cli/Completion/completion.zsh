#compdef keygen
# Completion of keygen for zsh. Load it, after compinit, with:  source <(keygen completion zsh)
# Always: keygen completion zsh > a folder of $fpath/_keygen

_keygen() {
    # Only the words of this command, up to the cursor; whatever keygen was called as, it goes by its own name there.
    local line="keygen ${(j: :)words[2,CURRENT]}"
    local -a suggestions
    suggestions=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
    if (( ${#suggestions} > 0 )) && [[ -n ${suggestions[1]} ]]; then
        compadd -a suggestions
    else
        _files
    fi
}

# From a folder of $fpath the first call is already the completion.
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    _keygen "$@"
else
    compdef _keygen keygen
fi
