namespace OciRuntime.TestMatrix;

/// <summary>Names as the page shows them: without what every name begins with.</summary>
internal static class Names
{
    private const string Product = "OciRuntime.";

    /// <summary>OciRuntime.Core.Tests is Core.</summary>
    public static string Suite(string assembly)
    {
        string name = assembly.StartsWith(Product, StringComparison.Ordinal) ? assembly[Product.Length..] : assembly;
        return name.EndsWith(".Tests", StringComparison.Ordinal) ? name[..^".Tests".Length] : name;
    }

    /// <summary>OciRuntime.Core.Tests.Lifecycle.ErrorTests.AFullDiskIsSaid is ErrorTests.AFullDiskIsSaid; the data of a theory is left out.</summary>
    public static string Test(string suite, string name)
    {
        int data = name.IndexOf('(');
        string plain = data < 0 ? name : name[..data];
        return plain.StartsWith(suite + ".", StringComparison.Ordinal) ? string.Join('.', plain.Split('.')[^2..]) : plain;
    }

    /// <summary>The group of a class: the namespace below the assembly's.</summary>
    public static string Group(string suite, string type)
    {
        string space = type.Contains('.') ? type[..type.LastIndexOf('.')] : string.Empty;
        return space.StartsWith(suite + ".", StringComparison.Ordinal) ? space[(suite.Length + 1)..] : string.Empty;
    }
}
