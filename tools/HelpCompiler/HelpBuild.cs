namespace OciRuntime.HelpCompiler;

/// <summary>The two tasks of the tool.</summary>
internal static class HelpBuild
{
    public static int Compile(string module, string pages, string target)
    {
        IReadOnlyList<CommandShape> commands = CommandShape.ReadModule(module);
        var read = new List<HelpPage>();
        var problems = new List<string>();
        foreach (string file in PageFiles(pages))
        {
            try
            {
                read.Add(MarkdownReader.Read(file, File.ReadAllText(file)));
            }
            catch (FormatException e)
            {
                problems.Add($"{file}: error HELP0001: {e.Message}");
            }
        }
        problems.AddRange(HelpCheck.Run(commands, read, pages));
        if (problems.Count > 0)
        {
            // MSBuild takes lines of this form as errors of the build.
            foreach (string problem in problems)
                Console.Error.WriteLine(problem);
            return 1;
        }
        Directory.CreateDirectory(target);
        foreach (string about in Directory.EnumerateFiles(pages, "about_*.help.txt"))
            File.Copy(about, Path.Combine(target, Path.GetFileName(about)), overwrite: true);
        MamlWriter.Write(Path.Combine(target, "OciRuntime.PowerShell.dll-Help.xml"), commands, read);
        return 0;
    }

    public static int Update(string module, string pages)
    {
        Directory.CreateDirectory(pages);
        foreach (CommandShape command in CommandShape.ReadModule(module))
        {
            string file = Path.Combine(pages, command.Name + ".md");
            HelpPage page = File.Exists(file) ? MarkdownReader.Read(file, File.ReadAllText(file)) : new HelpPage { File = file, Name = command.Name };
            File.WriteAllText(file, MarkdownWriter.Write(page, command));
        }
        return 0;
    }

    private static IEnumerable<string> PageFiles(string pages) =>
        Directory.Exists(pages) ? Directory.EnumerateFiles(pages, "*-*.md").Order(StringComparer.Ordinal) : [];
}
