namespace OciRuntime.Cli.Output;

/// <summary>The script that a shell runs once; at each Tab it asks the command for matching words.</summary>
internal static class CompletionScript
{
    internal static string? Of(string shell) => shell switch
    {
        "bash" => Bash,
        "fish" => Fish,
        "pwsh" => Pwsh,
        "zsh" => Zsh,
        _ => null,
    };

    private const string Bash = """
        # bash: source <(ocirun completion bash), or keep it in /usr/share/bash-completion/completions/ocirun
        _ocirun() {
            local line paths=none current=${COMP_WORDS[COMP_CWORD]}
            COMPREPLY=()
            [ "$current" = = ] && current=
            while IFS= read -r line; do
                case $line in
                    :*) paths=${line#:} ;;
                    *) COMPREPLY+=("${line%%$'\t'*}") ;;
                esac
            done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            case $paths in
                files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                dirs) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            esac
        }
        complete -F _ocirun ocirun

        """;

    private const string Fish = """
        # fish: ocirun completion fish | source, or keep it in ~/.config/fish/completions/ocirun.fish
        function __ocirun_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            test (count $current) -eq 0; and set current ''
            for line in ($words[1] __complete -- $words[2..-1] $current 2>/dev/null)
                switch $line
                    case ':files'
                        __fish_complete_path $current
                    case ':dirs'
                        __fish_complete_directories $current
                    case ':*'
                    case '*'
                        echo $line
                end
            end
        end
        complete -c ocirun -f -a '(__ocirun_complete)'

        """;

    private const string Pwsh = """
        # PowerShell: ocirun completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName ocirun -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
            foreach ($line in & "$($commandAst.CommandElements[0])" __complete -- @words $wordToComplete 2>$null) {
                $value, $description = $line -split "`t", 2
                if ($line -notlike ':*') {
                    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', ($description ? $description : $value))
                }
            }
        }

        """;

    private const string Zsh = """
        #compdef ocirun
        # zsh: source <(ocirun completion zsh), or keep it as _ocirun in a directory of $fpath
        _ocirun() {
            local line paths=none
            local -a candidates
            for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
                case $line in
                    :*) paths=${line#:} ;;
                    *) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
                esac
            done
            (( ${#candidates} )) && _describe ocirun candidates
            case $paths in
                files) _files ;;
                dirs) _files -/ ;;
            esac
        }
        if [ "${funcstack[1]}" = _ocirun ]; then _ocirun "$@"; else compdef _ocirun ocirun; fi

        """;
}
