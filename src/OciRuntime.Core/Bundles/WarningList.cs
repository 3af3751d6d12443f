namespace OciRuntime.Core.Bundles;

/// <summary>Warnings about unpacked entries, limited in number, since an archive decides how many there are.</summary>
internal sealed class WarningList
{
    private const int Most = 100;
    private readonly List<string> _warnings = [];
    private long _more;

    public void Add(string warning)
    {
        if (_warnings.Count < Most)
            _warnings.Add(warning);
        else
            _more++;
    }

    public IReadOnlyList<string> ToList() => _more == 0 ? _warnings : [.. _warnings, $"and {_more} more warnings like these"];
}
