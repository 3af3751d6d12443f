using System.Text.Json;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Reference data that stands beside the checkout in <c>shared/data</c>; the project does not carry it.</summary>
internal static class SharedData
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal static string? Find(string file)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", file);
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    internal static OciSeccomp ReadProfile(string path) => JsonSerializer.Deserialize<OciSeccomp>(File.ReadAllText(path), Options)!;
}

/// <summary>A theory over a published profile: needs the oracle and the profile.</summary>
public sealed class ProfileFactAttribute : FactAttribute
{
    public ProfileFactAttribute(string file)
    {
        if (SharedData.Find(file) is null)
            Skip = $"shared/data/{file} is not beside this checkout";
        else if (!LibSeccomp.IsInstalled)
            Skip = "libseccomp.so.2 is not installed";
    }
}
