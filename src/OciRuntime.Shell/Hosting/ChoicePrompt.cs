using System.Collections.ObjectModel;
using System.Management.Automation.Host;

namespace OciRuntime.Shell.Hosting;

/// <summary>Asks for one of several choices by the letter after the &amp; or by the whole label.</summary>
internal static class ChoicePrompt
{
    public static int Read(PSHostUserInterface ui, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        (string Key, string Label)[] keys = [.. choices.Select(KeyOf)];
        while (true)
        {
            foreach ((string key, string label) in keys)
                ui.Write($"[{key}] {label}  ");
            ui.Write(defaultChoice >= 0 ? $"[?] Help (default is \"{keys[defaultChoice].Key}\"): " : "[?] Help: ");
            string answer = ui.ReadLine().Trim();
            if (answer.Length == 0)
            {
                // No answer, or the end of the input: without a default the safe choice is the last, as pwsh's own lists put it.
                return defaultChoice >= 0 ? defaultChoice : choices.Count - 1;
            }
            if (answer == "?")
            {
                for (int i = 0; i < choices.Count; i++)
                    ui.WriteLine($"{keys[i].Key} - {choices[i].HelpMessage}");
                continue;
            }
            int index = Array.FindIndex(keys, key => answer.Equals(key.Key, StringComparison.OrdinalIgnoreCase) || answer.Equals(key.Label, StringComparison.OrdinalIgnoreCase));
            if (index >= 0)
                return index;
        }
    }

    private static (string Key, string Label) KeyOf(ChoiceDescription choice)
    {
        string label = choice.Label.Replace("&", string.Empty, StringComparison.Ordinal);
        int mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? (choice.Label.Substring(mark + 1, 1).ToUpperInvariant(), label) : (label, label);
    }
}
