# Completion of keygen for fish. Load it with:  keygen completion fish | source
# Always: keygen completion fish > ~/.config/fish/completions/keygen.fish

function __keygen_suggest
    # Only this command, up to the cursor; whatever keygen was called as, it goes by its own name there.
    set -l words (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token --cut-at-cursor)
    set -l program $words[1]
    set words[1] keygen
    set -l line (string join ' ' -- $words)
    $program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end

complete --command keygen --no-files --arguments '(__keygen_suggest)'
