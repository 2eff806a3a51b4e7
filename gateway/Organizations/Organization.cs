namespace Gateway.Organizations;

/// <summary>
/// Who pays: one object an organization for as long as the gateway runs, which all of its keys point to.
/// Its terms change as a whole, so that no request sees half of a change.
/// </summary>
internal sealed class Organization(OrganizationTerms terms)
{
    private OrganizationTerms _terms = terms;

    public Guid Id { get; } = terms.OrganizationId;

    /// <summary>The id as the backend gets it.</summary>
    public string IdText { get; } = terms.OrganizationId.ToString();

    /// <summary>The last reading of all keys that its terms were found in; <see cref="ApiKeys.Memory.KeyTable"/>'s.</summary>
    public int Generation { get; set; }

    /// <summary>What holds for it now.</summary>
    public OrganizationTerms Terms
    {
        get => Volatile.Read(ref _terms);
        set => Volatile.Write(ref _terms, value);
    }
}
