# Completion of keygen for bash. Load it with:  source <(keygen completion bash)
# Always: keygen completion bash > ~/.local/share/bash-completion/completions/keygen

_keygen() {
    # Only the words of this command, up to the cursor; whatever keygen was called as, it goes by its own name there.
    local words=("${COMP_WORDS[@]:0:COMP_CWORD+1}") line
    words[0]=keygen
    line="${words[*]}"
    mapfile -t COMPREPLY < <(
        compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
}

# Where keygen knows nothing, file names.
complete -o default -F _keygen keygen
